//! How each adapter is made. The settings that it takes are named here and nowhere else.

use crate::adapters::{ApiGatewayConnections, DynamoTellings, DynamoWatchers, HttpOwnThings};
use crate::usecases::{Broadcast, Crowds, Subscribe};
use settings::{Error, Part, SettingError, Wiring, aws};

const TABLE: &str = "LIVE_TABLE";

impl Part for DynamoWatchers {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let places = wiring.env().parse("LIVE_WATCHERS")?;
        if places == 0 {
            return Err(SettingError::unreadable("LIVE_WATCHERS").into());
        }
        Ok(Self::new(wiring.table(TABLE).await?, places))
    }
}

impl Part for DynamoTellings {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.table(TABLE).await?))
    }
}

impl Part for ApiGatewayConnections {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(aws::connections(wiring.env())?))
    }
}

impl Part for HttpOwnThings {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.http()?, wiring.env().text("API_URL")?))
    }
}

impl Part for Subscribe {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            watchers: wiring.shared::<DynamoWatchers>().await?,
            things: wiring.shared::<HttpOwnThings>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for Broadcast {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            watchers: wiring.shared::<DynamoWatchers>().await?,
            tellings: wiring.shared::<DynamoTellings>().await?,
            connections: wiring.shared::<ApiGatewayConnections>().await?,
            crowds: Crowds::default(),
            world: wiring.world(),
        })
    }
}

/// The origins of other sites whose pages may connect, with commas between them, or `*` for all.
pub struct AllowedOrigins(pub String);

impl Part for AllowedOrigins {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().get("ALLOWED_ORIGINS").unwrap_or_default().to_owned()))
    }
}
