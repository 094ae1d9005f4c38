//! What the fuzz targets try: the provider's own modules, taken in as source, and a promise of each
//! that has to hold for any bytes.
//!
//! Next: `selectors_json.rs`, `records.rs`, `event.rs`, `msgpack.rs`, one file a target.

#[allow(dead_code, unused_imports)]
#[path = "../../src"]
mod provider {
    //! The modules which need no AWS SDK. In their own places the nested ones are found.
    pub mod catalog;
    pub mod evaluate;
    pub mod rules;
    pub mod selector;
}

// Where the modules look for one another.
pub(crate) use provider::{catalog, evaluate, rules, selector};

pub mod event;
#[cfg(feature = "msgpack")]
#[path = "../../src/plugin"]
pub mod plugin {
    //! The wire format, with a stand-in for what is generated from Terraform's protocol.
    #[allow(dead_code)]
    mod msgpack;

    mod proto {
        pub(super) mod tfplugin6 {
            //! The one message that the wire format knows.

            /// A value on the wire.
            #[derive(Debug, Clone, Default, PartialEq, Eq)]
            pub(in crate::plugin) struct DynamicValue {
                pub(in crate::plugin) msgpack: bytes::Bytes,
                pub(in crate::plugin) json: bytes::Bytes,
            }
        }
    }

    #[path = "../../fuzz/src/msgpack.rs"]
    mod promise;

    pub use promise::hold;
}
pub mod records;
pub mod selectors_json;
