//! One route.

use contracts::{Code, Role};
use schemars::generate::Contract;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    All,
    /// Whoever is signed in.
    User,
    /// Who is signed in with one of these roles.
    Roles(&'static [Role]),
    /// Another service, with a token of its own.
    Service,
    /// Payments, by a signature.
    Signed,
}

/// The generator of all answers' schemas, which refer to each other.
pub type Answers = SchemaGenerator;

/// A schema made by a generator.
type Described = fn(&mut Answers) -> Schema;

/// What an answer is written in.
#[derive(Clone, Copy)]
pub enum Answer {
    /// Nothing.
    Empty,
    /// JSON of this shape.
    Json(Described),
    /// A page of a list of these.
    List(Described),
    /// A redirection.
    Redirect,
}

/// One route: what it is called, who may call it, what it takes and what it answers.
pub struct Operation {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// As in the template, with `{parameters}`.
    pub path: &'static str,
    /// The function's name.
    pub function: &'static str,
    /// The part of the API that it belongs to.
    pub tag: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it takes: a schema, and an example.
    pub body: Option<(Schema, Value)>,
    /// Parameters of the query: name, schema.
    pub query: Vec<(&'static str, Value)>,
    /// Does it heed `If-Match`?
    pub conditional: bool,
    /// Does it heed `Idempotency-Key`?
    pub keyed: bool,
    /// Can it answer 304 and bears an `ETag`?
    pub tagged: bool,
    /// The status of a success, and what it answers.
    pub success: (u16, Answer),
    /// Its own problems, besides those that all have.
    pub problems: Vec<Code>,
    /// Other content types of its success.
    pub also: Vec<&'static str>,
}

/// A schema of what is sent, whole in itself.
fn taken<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.contract = Contract::Deserialize;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>()
}

impl Operation {
    /// A route that answers 200 and nothing.
    pub(crate) fn new(method: &'static str, path: &'static str, function: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            function,
            tag: "",
            summary,
            access: Access::User,
            body: None,
            query: Vec::new(),
            conditional: false,
            keyed: false,
            tagged: false,
            success: (200, Answer::Empty),
            problems: Vec::new(),
            also: Vec::new(),
        }
    }

    /// For these.
    pub(crate) fn by(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Takes a body like this one.
    pub(crate) fn takes<T: JsonSchema>(mut self, example: Value) -> Self {
        self.body = Some((taken::<T>(), example));
        self
    }

    /// Takes a parameter of the query.
    pub(crate) fn asks(mut self, name: &'static str, schema: Value) -> Self {
        self.query.push((name, schema));
        self
    }

    /// Answers one of these.
    pub(crate) fn answers<T: JsonSchema>(mut self, status: u16) -> Self {
        self.success = (status, Answer::Json(SchemaGenerator::subschema_for::<T>));
        self
    }

    /// Answers a page of these.
    pub(crate) fn lists<T: JsonSchema>(mut self) -> Self {
        self.success = (200, Answer::List(SchemaGenerator::subschema_for::<T>));
        self.asks("limit", serde_json::json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}))
            .asks("cursor", serde_json::json!({"type": "string"}))
    }

    /// Answers with nothing but a status.
    pub(crate) fn empties(mut self, status: u16) -> Self {
        self.success = (status, Answer::Empty);
        self
    }

    /// Answers where to go.
    pub(crate) fn redirects(mut self) -> Self {
        self.success = (302, Answer::Redirect);
        self
    }

    /// Answers this content type too, if asked.
    pub(crate) fn also(mut self, content_type: &'static str) -> Self {
        self.also.push(content_type);
        self
    }

    /// Heeds `If-Match`.
    pub(crate) fn conditional(mut self) -> Self {
        self.conditional = true;
        self.or(&[Code::VersionMismatch])
    }

    /// Heeds `Idempotency-Key`.
    pub(crate) fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }

    /// May be kept by its tag.
    pub(crate) fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }

    /// Has these problems of its own.
    pub(crate) fn or(mut self, problems: &[Code]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    /// All problems that it may answer with.
    pub(crate) fn codes(&self) -> Vec<Code> {
        let mut codes = vec![Code::Unavailable];
        if !matches!(self.access, Access::All | Access::Signed) {
            codes.push(Code::Forbidden);
        }
        if self.body.is_some() {
            codes.extend([Code::MalformedJson, Code::TooLarge]);
        }
        if self.body.is_some() || !self.query.is_empty() || self.keyed {
            codes.push(Code::Invalid);
        }
        if self.path.contains('{') {
            codes.push(Code::NotFound);
        }
        codes.extend(self.problems.iter().copied().filter(|code| !codes.contains(code)).collect::<Vec<_>>());
        codes
    }
}
