//! Functions: what they are, what they come to, and what they say of an argument.

use serde_json::json;

use super::client::Client;
use super::made::SECRET;
use super::serving::Told;
use super::shape::Type;
use super::stage::{Stage, host, visit};
use super::value::Val;
use super::wire::tfplugin6 as wire;

async fn call(client: &Client, name: &str, arguments: &[Val]) -> wire::call_function::Response {
    let request = wire::call_function::Request {
        name: name.to_owned(),
        arguments: arguments.iter().map(Val::msgpack).collect(),
    };
    let answer = client.rpc().call_function(request).await;
    let answer = answer.expect("no status").into_inner();
    let (result, error) = (&answer.result, &answer.error);
    assert!(result.is_some() != error.is_some(), "{answer:?}");
    answer
}

/// Terraform takes the functions from the schemas, OpenTofu asks for them: both hear the same.
#[tokio::test]
async fn all_hear_of_the_same_functions() {
    let stage = Stage::made().await;
    let request = wire::get_functions::Request::default();
    let answer = stage.core.client.rpc().get_functions(request).await;
    let answer = answer.expect("no status").into_inner();
    assert!(answer.diagnostics.is_empty());
    assert_eq!(answer.functions, stage.core.schemas.functions);
    assert_eq!(answer.functions.keys().collect::<Vec<_>>(), ["join", "sum"]);
    let join = &answer.functions["join"];
    let [separator] = join.parameters.as_slice() else {
        panic!("{join:?}");
    };
    let parts = join
        .variadic_parameter
        .as_ref()
        .expect("any number of parts");
    for parameter in [separator, parts] {
        assert_eq!(Type::parse(&parameter.r#type), Type::Text);
        assert!(!parameter.allow_null_value && !parameter.allow_unknown_values);
    }
    let returns = join.r#return.as_ref().expect("a result");
    assert_eq!(Type::parse(&returns.r#type), Type::Text);
}

/// A function takes any number of arguments where it says so, also none, and does so before the
/// provider is configured.
#[tokio::test]
async fn a_function_takes_its_arguments() {
    let (hosted, _) = host(Told::default()).await.expect("a host");
    let client = &visit(&hosted).await;
    for (arguments, expected) in [
        (json!(["-"]), ""),
        (json!(["-", "a"]), "a"),
        (json!(["-", "a", "b", "c"]), "a-b-c"),
    ] {
        let arguments = Val::from(arguments);
        let answer = call(client, "join", arguments.elements()).await;
        assert_eq!(Val::read(answer.result.as_ref()), Val::from(expected));
    }
    assert_eq!(call(client, "sum", &[]).await.error, None);
    let numbers = [Val::from(1.5), Val::from("2"), Val::from(json!(-3))];
    let answer = call(client, "sum", &numbers).await;
    assert_eq!(Val::read(answer.result.as_ref()), Val::from(0.5));
}

/// An error names the argument that it is about, counted from 0, or none.
#[tokio::test]
async fn an_error_names_the_argument() {
    let stage = Stage::made().await;
    let arguments = ["-".into(), "a".into(), "".into()];
    let answer = call(&stage.core.client, "join", &arguments).await;
    let error = answer.error.expect("an error");
    assert_eq!(error.function_argument, Some(2), "{error:?}");
    let numbers = [Val::from(1.0), Val::from("many")];
    let answer = call(&stage.core.client, "sum", &numbers).await;
    let error = answer.error.expect("an error");
    assert_eq!(error.function_argument, Some(1), "{error:?}");
    let answer = call(&stage.core.client, "sum", &[Val::from(true)]).await;
    assert!(!answer.error.expect("an error").text.is_empty());
}

/// Whatever goes wrong in a function is its error, and no secret is in it.
#[tokio::test]
async fn a_failed_function_is_an_error() {
    let stage = Stage::made().await;
    for (act, says) in [
        ("call=panic", "lost the key"),
        ("call=nothing", "without a reason"),
        ("call=error", "Refused by"),
    ] {
        let answer = call(&stage.core.client, "join", &[act.into()]).await;
        let error = answer.error.expect("an error");
        assert!(error.text.contains(says), "{error:?}");
        assert!(!error.text.contains(SECRET), "{act}: {error:?}");
    }
    let arguments = ["-".into(), "".into()];
    let error = call(&stage.core.client, "join", &arguments)
        .await
        .error
        .expect("an error");
    assert!(!error.text.contains(SECRET), "{error:?}");
}
