//! How each adapter is made: which settings it takes, said here and nowhere else.

use crate::adapters::{CachedMovies, DynamoMovies, HttpTmdb};
use settings::{Error, Part, Wiring};

impl Part for DynamoMovies {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(wiring.table("CATALOGUE_TABLE").await?))
    }
}

impl Part for CachedMovies<DynamoMovies> {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        Ok(Self::new(DynamoMovies::make(wiring).await?, wiring.world()))
    }
}

impl Part for HttpTmdb {
    async fn make(wiring: &Wiring) -> Result<Self, Error> {
        let env = wiring.env();
        Ok(Self::new(wiring.http()?, env.text("TMDB_URL")?, env.text("TMDB_TOKEN")?, env.parse("TMDB_PAGES")?))
    }
}
