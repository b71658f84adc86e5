//! The HTTP API, described: every route with who may call it, what it takes, and what it answers, from the code's own
//! types. A test compares the routes with the template's.
//!
//! - [`openapi`]: the description as OpenAPI 3.1.
//! - [`postman`]: the same as a Postman collection, with the whole story as a folder that runs.

mod openapi;
mod operation;
mod operations;
mod postman;

pub use openapi::openapi;
pub use operation::{Access, Operation};
pub use operations::operations;
pub use postman::postman;
