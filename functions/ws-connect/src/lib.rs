//! See [`function`].

use lambda::prelude::*;
use live::adapters::AllowedOrigins;
use live::domain::origin::may_connect;
use settings::PublicUrl;

/// Defines this Lambda function.
pub fn function() -> impl Definition {
    Socket::on(&["$connect"], "Lets pages of our own and of allowed sites watch.").handled_by(handle)
}

parts! {
    struct Origins {
        public: PublicUrl,
        allowed: AllowedOrigins,
    }
}

async fn handle(on: Arc<Origins>, signal: Signal) -> Result<(), Problem> {
    let (origin, host) = (signal.header("origin"), signal.header("host"));
    let may = may_connect(origin, host, &on.public.0, &on.allowed.0);
    if may { Ok(()) } else { Err(Problem::new(Code::Forbidden).detail("Pages of this origin may not watch.")) }
}
