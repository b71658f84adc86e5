use crate::ports::{OwnThings, Read};
use async_trait::async_trait;
use contracts::{Failure, LiveTopic};
use wire::Http;

/// What people have of their own, read from the API with their own token: whether they may is said in one place.
pub struct HttpOwnThings {
    http: Http,
    url: String,
}

impl HttpOwnThings {
    /// At `url`, without a slash at its end; paths such as `/api/bookings` are appended to it.
    pub fn new(http: Http, url: String) -> Self {
        Self { http, url }
    }
}

#[async_trait]
impl OwnThings for HttpOwnThings {
    async fn read(&self, topic: LiveTopic, token: &str) -> Result<Read, Failure> {
        let what = "read a thing of one's own";
        let path = match topic {
            LiveTopic::Booking(id) => format!("/api/bookings/{id}"),
            LiveTopic::Purchase(id) => format!("/api/power/purchases/{id}"),
            LiveTopic::Event(id) => return Err(Failure::permanent(what, format!("the event {id} is nobody's own"))),
        };
        // A token with a character that no header may have is none.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Read::NotSignedIn);
        }
        let answer = self.http.send(what, self.http.get(format!("{}{path}", self.url)).bearer_auth(token)).await?;
        match answer.status().as_u16() {
            200 => {}
            401 | 403 => return Ok(Read::NotSignedIn),
            404 => return Ok(Read::NotFound),
            other => return Err(Failure::transient(what, other)),
        }
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        // A proxy may say W/ before it and add a suffix.
        let version: String =
            tag.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        let version = version.parse().map_err(|_| Failure::transient(what, "its answer has no version"))?;
        let view = answer.json().await.map_err(|e| Failure::transient(what, e.without_url()))?;
        Ok(Read::Found(version, view))
    }
}
