//! Tests on each engine that the adapters keep what the catalogue's ports promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use catalogue::adapters::DynamoMovies;
use catalogue::domain::{Movie, MovieDraft};
use catalogue::ports::{MovieQuery, Movies};
use catalogue::usecases::delete_movie;
use contract_suite::{Engine, eventually, page};
use contracts::edit::Seen;
use contracts::{Code, EventChanged, EventId, MovieId, World};
use serde_json::json;
use std::time::Duration;

contract_suite::on_each_engine! {
    movies_change_on_condition: movies;
    screenings_keep_the_newest_version: screenings;
}

fn movie(engine: &Engine) -> Movie {
    let draft: MovieDraft =
        serde_json::from_value(json!({"title": "Sinners", "genres": ["Horror"], "duration_minutes": 137})).unwrap();
    draft.check().unwrap().movie(MovieId::new(engine.id()), engine.world.now())
}

async fn movies(engine: &Engine) {
    let kept = DynamoMovies::new(engine.table("catalogue").await);
    let movie = movie(engine);
    assert!(kept.insert(&movie).await.unwrap());
    assert!(!kept.insert(&movie).await.unwrap());
    let renamed = Movie { title: "Other".into(), version: movie.version + 1, ..movie.clone() };
    assert!(kept.update(&movie, &renamed).await.unwrap());
    assert!(!kept.update(&movie, &renamed).await.unwrap());
    assert_eq!(kept.get(movie.id).await.unwrap(), Some(renamed.clone()));
    let query = MovieQuery { title: Some("other".into()), genre: Some("horror".into()) };
    eventually("the index lists it", async || {
        let found = kept.list(&query, &page(100, None)).await.unwrap().unwrap();
        found.items.contains(&renamed).then_some(())
    })
    .await;
    assert!(kept.list(&query, &page(1, Some("rubbish"))).await.unwrap().is_none());
    let now = engine.world.now();
    kept.restore(movie.id).await.unwrap();
    assert_eq!(kept.get(movie.id).await.unwrap(), Some(renamed.clone()));
    assert!(!kept.delete(&movie, now).await.unwrap());
    assert!(kept.delete(&renamed, now).await.unwrap());
    assert_eq!(kept.get(movie.id).await.unwrap(), None);
    kept.restore(movie.id).await.unwrap();
    let restored = kept.get(movie.id).await.unwrap().unwrap();
    assert_eq!((&restored.title, restored.version), (&renamed.title, renamed.version + 1));
    // It may be imported anew while it is down.
    assert!(kept.delete(&restored, now).await.unwrap());
    assert!(kept.insert(&movie).await.unwrap());
    kept.restore(movie.id).await.unwrap();
    assert_eq!(kept.get(movie.id).await.unwrap(), Some(movie));
}

async fn screenings(engine: &Engine) {
    let kept = DynamoMovies::new(engine.table("catalogue").await);
    let (film, now) = (movie(engine), engine.world.now());
    let movie = film.id;
    assert!(kept.insert(&film).await.unwrap() && kept.delete(&film, now).await.unwrap());
    let event = |version, takes_place| EventChanged {
        id: EventId::new(uuid::Uuid::from_u128(movie.uuid().as_u128() + 1)),
        movie_id: Some(movie),
        starts_at: now + Duration::from_hours(1),
        price: None,
        takes_place,
        version,
    };
    kept.record(&event(1, false), now).await.unwrap();
    assert_eq!(kept.get(movie).await.unwrap(), None);
    kept.record(&event(2, true), now).await.unwrap();
    assert!(kept.get(movie).await.unwrap().is_some(), "what is screened is put up again");
    assert_eq!(kept.screenings(movie, now).await.unwrap().len(), 1);
    assert_eq!(kept.screenings(movie, now + Duration::from_hours(2)).await.unwrap(), []);
    // Whoever recorded it broke off before the movie was put up again, and its news comes once more.
    let there = kept.get(movie).await.unwrap().unwrap();
    assert!(kept.delete(&there, now).await.unwrap());
    kept.record(&event(2, true), now + Duration::from_hours(2)).await.unwrap();
    assert_eq!(kept.get(movie).await.unwrap(), None, "nothing of it is to come");
    kept.record(&event(2, true), now).await.unwrap();
    let there = kept.get(movie).await.unwrap().unwrap();
    // Whoever took it down broke off before they looked again.
    assert!(kept.delete(&there, now).await.unwrap());
    for _ in 0..2 {
        let refused = delete_movie(&kept, &engine.world, movie, &Seen::Any).await.unwrap_err();
        assert_eq!(refused.code(), Code::HasScreenings);
        assert!(kept.get(movie).await.unwrap().is_some());
    }
    kept.record(&event(3, false), now).await.unwrap();
    kept.record(&event(2, true), now).await.unwrap();
    assert_eq!(kept.screenings(movie, now).await.unwrap(), []);
}
