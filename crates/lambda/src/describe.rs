//! The description of a function, as a value that is made from the types that its handler takes and answers. Only the
//! tools that write descriptions call this code, so it is not linked into the functions.

use contracts::{Code, Role};
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

/// What a function is.
#[derive(Default)]
pub struct Description {
    /// What it does, in a sentence.
    pub does: &'static str,
    /// Its routes.
    pub operations: Vec<Operation>,
    /// The keys of its routes in the WebSocket API.
    pub sockets: Vec<&'static str>,
    /// The queues that feed it, by their names without the stack's.
    pub queues: Vec<&'static str>,
    /// The table whose stream feeds it, by its name without the stack's.
    pub stream: Option<&'static str>,
    /// Does a schedule call it?
    pub scheduled: bool,
    /// Is it the gateway's authorizer?
    pub authorizes: bool,
}

/// The parts of the API, in the order of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Tag {
    /// Registering, signing in, one's own profile.
    Accounts,
    /// Other people's accounts, for admins.
    Users,
    /// Films.
    Movies,
    /// What has seats at a time and place.
    Events,
    /// The seats of an event.
    Seats,
    /// Seats that are held or bought.
    Bookings,
    /// The waiting lists of taken seats.
    #[strum(serialize = "waiting list")]
    WaitingList,
    /// Requests for payment.
    Invoices,
    /// The nominals of power tokens.
    #[strum(serialize = "power products")]
    PowerProducts,
    /// Electricity meters.
    #[strum(serialize = "power meters")]
    PowerMeters,
    /// Buying power tokens.
    #[strum(serialize = "power tokens")]
    PowerTokens,
    /// The description itself.
    About,
    /// The outside world, simulated: no part of the API.
    Simulators,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    Everybody,
    /// Whoever is signed in.
    Users,
    /// Whoever is signed in with one of these roles.
    Roles(&'static [Role]),
    /// Another service, with a token of its own.
    Services,
    /// Whoever is signed in, and other services.
    UsersAndServices,
    /// Payments, by a signature.
    Signed,
}

impl Whom {
    /// Does the gateway ask its authorizer first?
    pub const fn authorized(self) -> bool {
        !matches!(self, Self::Everybody | Self::Signed)
    }
}

/// Makes a schema with a generator, so that the schemas can refer to each other.
pub type Described = fn(&mut SchemaGenerator) -> Schema;

/// The format of an answer.
#[derive(Clone, Copy, Default)]
pub enum Content {
    /// Nothing.
    #[default]
    Empty,
    /// JSON of this shape.
    Json(Described),
    /// A page of a list of these.
    Page(Described),
    /// A redirection.
    Redirect,
}

/// One route.
pub struct Operation {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// As in the template, with `{parameters}`.
    pub path: &'static str,
    /// The part of the API that it belongs to.
    pub tag: Tag,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// Who may call it.
    pub whom: Whom,
    /// How many parts of its path the handler reads.
    pub path_parts: usize,
    /// The body that it takes.
    pub body: Option<Schema>,
    /// Must the body be there?
    pub body_presence: Presence,
    /// An example of that body.
    pub example: Option<Value>,
    /// Reads such a body as the handler does.
    pub reads: Option<fn(Value) -> serde_json::Result<()>>,
    /// Parameters of the query.
    pub query: Vec<(&'static str, Schema)>,
    /// Does it read `If-Match`?
    pub conditional: bool,
    /// Does it read `Idempotency-Key`?
    pub keyed: bool,
    /// May its answers be cached, so that it can answer 304?
    pub kept: bool,
    /// The status of a success.
    pub status: u16,
    /// What a success answers.
    pub content: Content,
    /// Other content types of a success.
    pub also: Vec<&'static str>,
    /// Every problem that it may answer with.
    pub problems: Vec<Code>,
}

/// Must a part of a request be there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Yes.
    Required,
    /// It may be missing.
    Optional,
}

impl Operation {
    /// Is there a `HEAD` beside it? There is one for what everybody may read.
    pub fn has_head(&self) -> bool {
        is_public_read(self.method, self.whom)
    }
}

/// Is this a route by which everybody may read?
pub(crate) fn is_public_read(method: &str, whom: Whom) -> bool {
    method == "GET" && whom == Whom::Everybody
}

/// An example of what payments tells by webhook.
pub fn invoice_paid() -> Value {
    json!({"type": "invoice.paid", "data": {
        "number": "inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11",
        "status": "PAID",
        "client": "ticketing",
        "reference": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11",
        "amount": {"amount": 5_000_000, "currency": "IDR"},
        "payer": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e12",
        "payment_url": "https://karcis.example/pay/inv-ticketing-019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11",
        "expires_at": "2030-01-01T12:00:00Z",
    }})
}

/// The schema of a value that clients send, with all the schemas that it uses written inline.
pub(crate) fn taken<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.contract = Contract::Deserialize;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>()
}
