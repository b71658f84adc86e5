//! The parts of a function: each is made from settings when the function starts. [`Wiring`] holds what the parts share,
//! so that a connection is made only once.

use crate::{Env, Error, SettingError, aws};
use contracts::{TimeZone, World, keys};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use table::Table;
use tokio::sync::Mutex;
use wire::Http;

/// Something that a function needs, made from its settings when it starts. The code beside each adapter says which
/// settings it takes.
pub trait Part: Sized + Send + Sync + 'static {
    /// Makes it; fails when a setting is missing or wrong, and names that setting.
    fn make(wiring: &Wiring) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// Declares the parts that a function needs, by name: a struct of them that is a [`Part`] itself.
#[macro_export]
macro_rules! parts {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($field:ident: $part:ty),+ $(,)? }) => {
        $(#[$doc])*
        $vis struct $name {
            $($field: $part,)+
        }

        impl $crate::Part for $name {
            async fn make(wiring: &$crate::Wiring) -> Result<Self, $crate::Error> {
                Ok(Self { $($field: <$part as $crate::Part>::make(wiring).await?,)+ })
            }
        }
    };
}

/// The settings, clock and ids of one function, and what its parts share: connections are made once.
pub struct Wiring {
    env: Env,
    world: Arc<dyn World>,
    tables: Mutex<HashMap<&'static str, Table>>,
    http: OnceLock<Http>,
}

impl Wiring {
    /// From a function's settings; `world` is its clock and where its ids come from.
    pub fn new(env: Env, world: Arc<dyn World>) -> Self {
        Self { env, world, tables: Mutex::default(), http: OnceLock::new() }
    }

    /// The settings.
    pub const fn env(&self) -> &Env {
        &self.env
    }

    /// Clock and ids.
    pub fn world(&self) -> Arc<dyn World> {
        Arc::clone(&self.world)
    }

    /// A part that several others hold.
    pub async fn shared<P: Part>(&self) -> Result<Arc<P>, Error> {
        P::make(self).await.map(Arc::new)
    }

    /// The table that this setting names, opened once.
    pub async fn table(&self, setting: &'static str) -> Result<Table, SettingError> {
        let mut tables = self.tables.lock().await;
        if let Some(table) = tables.get(setting) {
            return Ok(table.clone());
        }
        let table = aws::table(&self.env, setting).await?;
        tables.insert(setting, table.clone());
        Ok(table)
    }

    /// A client for our own services and the outside systems that we chose, made once.
    pub fn http(&self) -> Result<Http, SettingError> {
        if let Some(http) = self.http.get() {
            return Ok(http.clone());
        }
        let http = aws::http(&self.env)?;
        Ok(self.http.get_or_init(|| http).clone())
    }

    /// A client for addresses that organisers chose. If the setting `ORGANISER_SCHEME` is `http`, which is only for
    /// development, the addresses may be on this machine.
    pub fn http_outside(&self) -> Result<Http, SettingError> {
        if self.env.text("ORGANISER_SCHEME")? == "http" || self.env.network().is_some() {
            return self.http();
        }
        Http::outside().map_err(|_| SettingError::unreadable("TLS"))
    }
}

/// A function that needs nothing.
impl Part for () {
    async fn make(_: &Wiring) -> Result<Self, Error> {
        Ok(())
    }
}

impl Part for Arc<dyn World> {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(wiring.world())
    }
}

/// Where people reach Karcis, without a slash at its end.
pub struct PublicUrl(pub String);

impl Part for PublicUrl {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().text("PUBLIC_URL")?))
    }
}

/// Whether this stack has a payment provider. Without one nothing is sold.
pub struct TakesPayments(pub bool);

impl Part for TakesPayments {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        match wiring.env().text("PAYMENT_PROVIDER")?.as_str() {
            "none" => Ok(Self(false)),
            "simulated" => Ok(Self(true)),
            _ => Err(SettingError::unreadable("PAYMENT_PROVIDER").into()),
        }
    }
}

/// What the CDN before the API proves itself with (`infra/edge.yaml`).
pub struct EdgeKey(String);

impl EdgeKey {
    /// The key with this text.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// Is this the key?
    pub fn is(&self, given: &str) -> bool {
        keys::is_same(&self.0, given)
    }
}

impl Part for EdgeKey {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().secret("EDGE_KEY")?))
    }
}

/// The stack's own time zone, for whatever names none.
pub struct HomeZone(pub TimeZone);

impl Part for HomeZone {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().parse("TIME_ZONE")?))
    }
}
