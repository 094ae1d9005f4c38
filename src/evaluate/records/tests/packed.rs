//! Records that are packed, and such as come in something else.

use super::*;

/// What was unpacked together with a damage was lost: up to 256 KB of good records before it.
#[test]
fn regression_what_stands_before_a_damage_is_read() {
    let line = "{\"eventName\":\"N\"}\n";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(line.repeat(1000).as_bytes()).unwrap();
    encoder.flush().unwrap();
    let mut bytes = encoder.get_ref().clone();
    // A block of the type that is reserved.
    bytes.push(0b111);
    for sizes in [vec![1], vec![usize::MAX]] {
        let (bytes, turn) = (bytes.as_slice(), 0);
        let mut all = read_from(Dribble { bytes, sizes, turn });
        let fault = all.pop().map(|last| last.unwrap_err().1);
        let text = "the gzip data is damaged".to_owned();
        assert_eq!(fault, Some(Fault::Read(text)));
        assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1000);
    }
}

/// The parts that a head may have, all of which other programs write.
#[test]
fn the_head_of_a_gzip_member_may_have_more() {
    let packed = packed(b"{\"eventName\":\"N\"}", 100);
    let (head, body) = packed.split_at(10);
    for (flags, more) in [
        (0b0_0001, b"".as_slice()),
        (0b0_0010, b"\x12\x34"),
        (0b0_0100, b"\x03\x00abc"),
        (0b0_1000, b"name\0"),
        (0b1_0000, b"comment\0"),
        (0b1_1110, b"\x03\x00abcname\0comment\0\x12\x34"),
    ] {
        let mut head = head.to_vec();
        head[3] = flags;
        let whole = [head.as_slice(), more, body].concat();
        assert_eq!(texts(&whole).0.len(), 1, "{flags:b}");
        for end in 2..whole.len() {
            assert_eq!(texts(&whole[..end]).1, 1, "cut off at {end} of {flags:b}");
        }
    }
    let mut reserved = packed.clone();
    reserved[3] = 0b10_0000;
    assert_eq!(texts(&reserved), (vec![], 1));
}

#[test]
fn a_record_is_found_in_what_it_comes_in() {
    let record = "{\"eventVersion\":\"1.11\",\"eventName\":\"N\"}";
    let text = serde_json::to_string(record).unwrap();
    let looked_up = format!("{{\"EventName\":\"N\",\"CloudTrailEvent\":{text}}}");
    let answer = format!("{{ \"Events\": [{looked_up}, {looked_up}], \"NextToken\":\"t\"}}");
    let event = format!("{{\"version\":\"0\",\"detail\":{record}}}");
    for (file, count) in [
        (record.to_owned(), 1),
        (answer.clone(), 2),
        (event.clone(), 1),
        (
            [answer, event.clone(), record.to_owned(), event].concat(),
            5,
        ),
    ] {
        let mut records = Records::new("f", file.as_bytes());
        let mut names = Vec::new();
        while let Some(record) = records.read() {
            let record = record.unwrap();
            assert_eq!(record.event.event_version.text(), Some("1.11"));
            names.push(record.event.event_name.text().unwrap().to_owned());
        }
        assert_eq!(names, vec!["N"; count], "{file}");
    }
    let broken = "{\"CloudTrailEvent\":\"{\\\"eventName\\\":\"}";
    assert_eq!(texts(broken.as_bytes()), (vec![], 1));
    for other in [
        "{\"detail\":{\"a\":1}}",
        "{\"detail\":\"text\"}",
        "{\"a\":1}",
    ] {
        let mut records = Records::new("f", other.as_bytes());
        let record = records.read().unwrap().unwrap();
        assert!(!record.event.is_record(), "{other}");
    }
}
