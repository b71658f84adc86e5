//! Bodies that more than one function shows as its example.

use serde_json::{Value, json};

/// The body of [`MovieDraft`](crate::domain::MovieDraft).
pub fn movie() -> Value {
    json!({"title": "Sinners", "genres": ["Horror", "Action"], "duration_minutes": 138})
}
