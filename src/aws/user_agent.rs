//! The products that a user adds to the `User-Agent` of every call. May import nothing of ours.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Appends products, `name/version` each, to what the SDK says about itself. The header is not
/// signed, so this comes last. A product that can't stand in a header is left out.
#[derive(Debug, Clone)]
pub(super) struct Products(String);

impl Products {
    /// These products, if there are any.
    pub(super) fn new(products: &[String]) -> Option<Self> {
        let shown = |c: char| c == ' ' || c.is_ascii_graphic();
        let fits = |product: &&str| !product.is_empty() && product.chars().all(shown);
        let products: Vec<&str> = products.iter().map(|one| one.trim()).filter(fits).collect();
        (!products.is_empty()).then(|| Self(products.join(" ")))
    }
}

impl Intercept for Products {
    fn name(&self) -> &'static str {
        "Products"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.request_mut().headers_mut();
        let said = headers.get("user-agent").unwrap_or_default();
        let all = format!("{said} {}", self.0);
        headers.try_insert("user-agent", all.trim().to_owned())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Products;

    /// What can't stand in a header is left out, and nothing is nothing.
    #[test]
    fn only_what_fits_is_said() {
        let said = |products: &[&str]| {
            let products: Vec<String> = products.iter().map(|&one| one.to_owned()).collect();
            Products::new(&products).map(|products| products.0)
        };
        assert_eq!(said(&[]), None);
        assert_eq!(said(&["", "a\nb", "ä/1"]), None);
        let all = said(&["team/1.0 (audit)", " x/2 "]);
        assert_eq!(all.as_deref(), Some("team/1.0 (audit) x/2"));
    }
}
