//! How each adapter is made: which settings it takes, said here and nowhere else.

use crate::adapters::{
    BcryptPasswords, DynamoGuesses, DynamoHistory, DynamoNotices, DynamoSessions, DynamoUsers, HttpTicketing,
    SignedLinks, SnsUserTopic,
};
use crate::domain::Country;
use crate::usecases::{ChangePassword, ConfirmPasswordReset, DeleteAccount, Login, Notify, Register};
use contracts::token::KeyRing;
use mail::SesMail;
use settings::{Error, HomeZone, Part, PublicUrl, Wiring, aws};

/// Adapters that need only the table.
macro_rules! in_the_table {
    ($($adapter:ident),+) => {
        $(impl Part for $adapter {
            async fn make(wiring: &Wiring) -> Result<Self, Error> {
                Ok(Self::new(wiring.table("ACCOUNTS_TABLE").await?))
            }
        })+
    };
}

in_the_table!(DynamoGuesses, DynamoHistory, DynamoNotices, DynamoSessions, DynamoUsers);

impl Part for BcryptPasswords {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.env().parse("PASSWORD_HASH_COST")?))
    }
}

/// The country that the stack is in.
#[derive(Debug, Clone, Copy)]
pub struct HomeCountry(pub Country);

impl Part for HomeCountry {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().parse("COUNTRY")?))
    }
}

impl Part for SignedLinks {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.env().secret("LINK_KEY")?))
    }
}

impl Part for SnsUserTopic {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(aws::sns(wiring.env())?, wiring.env().text("TOPIC_ARN")?))
    }
}

impl Part for HttpTicketing {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let (signer, url) = (wiring.env().signer("SERVICE_KEY")?, wiring.env().text("TICKETING_URL")?);
        Ok(Self::new(wiring.http()?, signer, wiring.world(), url))
    }
}

impl Part for Login {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            sessions: wiring.shared::<DynamoSessions>().await?,
            guesses: wiring.shared::<DynamoGuesses>().await?,
            passwords: wiring.shared::<BcryptPasswords>().await?,
            world: wiring.world(),
            // No other function has this key.
            signer: wiring.env().signer("LOGIN_KEY")?,
            life: wiring.env().seconds("TOKEN_SECONDS", 60..=86_400)?,
        })
    }
}

impl Part for Register {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            guesses: wiring.shared::<DynamoGuesses>().await?,
            passwords: wiring.shared::<BcryptPasswords>().await?,
            world: wiring.world(),
            country: HomeCountry::make(wiring).await?.0,
        })
    }
}

impl Part for ChangePassword {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            passwords: wiring.shared::<BcryptPasswords>().await?,
            sessions: wiring.shared::<DynamoSessions>().await?,
            guesses: wiring.shared::<DynamoGuesses>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for ConfirmPasswordReset {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            passwords: wiring.shared::<BcryptPasswords>().await?,
            sessions: wiring.shared::<DynamoSessions>().await?,
            guesses: wiring.shared::<DynamoGuesses>().await?,
            links: wiring.shared::<SignedLinks>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for DeleteAccount {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            sessions: wiring.shared::<DynamoSessions>().await?,
            ticketing: wiring.shared::<HttpTicketing>().await?,
            world: wiring.world(),
        })
    }
}

impl Part for Notify {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self {
            users: wiring.shared::<DynamoUsers>().await?,
            sessions: wiring.shared::<DynamoSessions>().await?,
            notices: wiring.shared::<DynamoNotices>().await?,
            channel: wiring.shared::<SesMail>().await?,
            links: wiring.shared::<SignedLinks>().await?,
            world: wiring.world(),
            home: HomeZone::make(wiring).await?.0,
            public_url: PublicUrl::make(wiring).await?.0,
        })
    }
}

/// The public keys with which tokens are verified.
pub struct TrustedKeys(pub KeyRing);

impl Part for TrustedKeys {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self(wiring.env().key_ring("TRUSTED_KEYS")?))
    }
}
