//! A small HTTP server for a test: one thread a connection, an answer for each request, gone when it
//! is dropped.
//!
//! It speaks as much of HTTP/1.1 as the SDK's clients send: bodies of a stated length, connections
//! that are used again. Imports nothing. [`super::recorder`] and [`super::metadata`] are made of it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET` and its like.
    pub(crate) method: String,
    /// The path, and the query if there is one.
    pub(crate) target: String,
    /// Names as they came, with their values, in their order.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, empty if there was none.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// Reads the next request of a connection; `None` when there are no more.
    fn read(stream: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|&read| read > 0)?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers = headers(stream)?;
        let mut request = Self {
            method,
            target,
            headers,
            body: Vec::new(),
        };
        let length = request.header("content-length").parse().unwrap_or(0);
        request.body = vec![0; length];
        stream.read_exact(&mut request.body).ok()?;
        Some(request)
    }
}

/// Reads headers to the empty line after them.
fn headers(stream: &mut impl std::io::BufRead) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|&read| read > 0)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_owned(), value.trim().to_owned())),
            None => return Some(headers),
        }
    }
}

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// Headers, but for the length, which is stated anyway.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer of plain text.
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Reads an answer to the end of its connection.
    pub(crate) fn read(stream: TcpStream) -> Option<Self> {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let status = line.split_whitespace().nth(1)?.parse().ok()?;
        let mut headers = headers(&mut stream)?;
        let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
        let chunked = headers
            .iter()
            .any(|(name, _)| is(name, "transfer-encoding"));
        assert!(!chunked, "an answer in chunks is not read here");
        headers.retain(|(name, _)| !is(name, "content-length") && !is(name, "connection"));
        let mut body = Vec::new();
        stream.read_to_end(&mut body).ok()?;
        Some(Self {
            status,
            headers,
            body,
        })
    }

    fn write(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let mut head = format!("HTTP/1.1 {} -\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let length = self.body.len().to_string();
        head.extend(["content-length: ", &length, "\r\n\r\n"]);
        let mut bytes = head.into_bytes();
        bytes.extend(&self.body);
        stream.write_all(&bytes)
    }
}

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a free port of 127.0.0.1. A request that gets no answer from `answer` waits for
    /// one until whoever sent it gives up.
    pub(crate) fn start(
        answer: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(answer);
        let flag = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if flag.load(Ordering::SeqCst) {
                    break;
                }
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || serve(&stream, &*answer));
            }
        });
        Self {
            address,
            stopped,
            thread: Some(thread),
        }
    }

    /// Where it listens, such as `http://127.0.0.1:41234`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // What wakes the thread is one last connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Serves a connection until its other end closes it.
fn serve(stream: &TcpStream, answer: &impl Fn(&Request) -> Option<Answer>) {
    let Ok(mut writer) = stream.try_clone() else {
        return;
    };
    let Ok(reader) = stream.try_clone() else {
        return;
    };
    stream.set_nodelay(true).ok();
    let mut reader = BufReader::new(reader);
    while let Some(request) = Request::read(&mut reader) {
        let Some(answer) = answer(&request) else {
            std::io::copy(&mut reader, &mut std::io::sink()).ok();
            return;
        };
        if answer.write(&mut writer).is_err() {
            return;
        }
    }
}
