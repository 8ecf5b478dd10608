"""The expression language of the measures: a typed core of FEEL, the language of the DMN standard."""
