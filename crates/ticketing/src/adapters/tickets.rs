//! Tickets in S3, and the presigned links to them.

use crate::ports::{Asked, TicketLink, Tickets};
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use contracts::{BookingId, Failure, Timestamp};
use std::time::Duration;

/// Tickets in an S3 bucket: `tickets/<booking id>.pdf`. Nobody can list or guess them; a link is signed per request.
#[derive(Debug, Clone)]
pub struct S3Tickets {
    client: Client,
    bucket: String,
}

impl S3Tickets {
    /// In this bucket.
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }
}

fn key(booking: BookingId) -> String {
    format!("tickets/{booking}.pdf")
}

#[async_trait]
impl Tickets for S3Tickets {
    async fn put(&self, booking: BookingId, pdf: Vec<u8>) -> Result<(), Failure> {
        let put = self.client.put_object().bucket(&self.bucket).key(key(booking)).content_type("application/pdf");
        put.body(ByteStream::from(pdf))
            .send()
            .await
            .map(drop)
            .map_err(|e| Failure::transient("keep a ticket", DisplayErrorContext(e)))
    }

    async fn erase(&self, booking: BookingId) -> Result<(), Failure> {
        let delete = self.client.delete_object().bucket(&self.bucket).key(key(booking));
        delete.send().await.map(drop).map_err(|e| Failure::transient("erase a ticket", DisplayErrorContext(e)))
    }

    async fn link(
        &self,
        booking: BookingId,
        asked: Asked,
        now: Timestamp,
        life: Duration,
    ) -> Result<Option<TicketLink>, Failure> {
        let head = self.client.head_object().bucket(&self.bucket).key(key(booking));
        match head.clone().send().await {
            Ok(_) => {}
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => return Ok(None),
            Err(error) => return Err(Failure::transient("look for a ticket", DisplayErrorContext(error))),
        }
        let signing = PresigningConfig::expires_in(life).map_err(|e| Failure::permanent("sign a link", e))?;
        let (kind, shown) = ("application/pdf", format!("inline; filename=\"karcis-{booking}.pdf\""));
        let signed = match asked {
            Asked::Whole => {
                let get = self.client.get_object().bucket(&self.bucket).key(key(booking));
                let get = get.response_content_type(kind).response_content_disposition(shown);
                get.presigned(signing).await.map_err(|e| Failure::permanent("sign a link", e))?
            }
            Asked::Head => {
                let head = head.response_content_type(kind).response_content_disposition(shown);
                head.presigned(signing).await.map_err(|e| Failure::permanent("sign a link", e))?
            }
        };
        Ok(Some(TicketLink { url: signed.uri().to_owned(), expires_at: now + life }))
    }
}
