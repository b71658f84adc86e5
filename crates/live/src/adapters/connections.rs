use crate::ports::{Connections, Pushed};
use async_trait::async_trait;
use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::error::DisplayErrorContext;
use aws_sdk_apigatewaymanagement::operation::post_to_connection::PostToConnectionError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use contracts::Failure;

/// The connections of a WebSocket API of API Gateway (Amazon API Gateway, "Use @connections commands in your backend
/// service").
#[derive(Debug, Clone)]
pub struct ApiGatewayConnections(pub Client);

#[async_trait]
impl Connections for ApiGatewayConnections {
    async fn push(&self, connection: &str, text: &str) -> Result<Pushed, Failure> {
        let post = self.0.post_to_connection().connection_id(connection).data(Blob::new(text.as_bytes()));
        match post.send().await {
            Ok(_) => Ok(Pushed::Sent),
            Err(error) => match error.as_service_error() {
                Some(PostToConnectionError::GoneException(_)) => Ok(Pushed::Gone),
                _ => Err(Failure::transient("push to a connection", DisplayErrorContext(error))),
            },
        }
    }
}
