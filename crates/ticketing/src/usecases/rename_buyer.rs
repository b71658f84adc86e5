use crate::domain::{Happening, Named};
use crate::ports::Renamed;
use crate::usecases::hear::{BookingPorts, hear_from};
use contracts::Failure;
use futures::stream::{self, StreamExt};

/// The most bookings that take their buyer's name at the same time.
const AT_ONCE: usize = 8;

/// Gives a user's live bookings, and their places in lines, the name that they have now: it stands on tickets, and
/// organisers see it. An earlier name that comes late changes nothing.
///
/// A request may know the earlier name for a minute more, because the gateway remembers who a token belongs to. So
/// this is done at once, and once more when that minute is over.
pub async fn rename_buyer(on: &BookingPorts, renamed: &Renamed) -> Result<(), Failure> {
    let Renamed { user_id, name, name_version } = renamed;
    let named = Named { name: name.clone(), version: *name_version };
    // Places first: an offer takes the name from a place.
    for waiting in on.lines.of_user(*user_id).await? {
        on.lines.rename(*user_id, &waiting, &named).await?;
    }
    let happening = &Happening::BuyerRenamed(named);
    let bookings = on.bookings.get_all(&on.bookings.of_buyer(*user_id).await?).await?;
    let outcomes: Vec<Result<(), Failure>> = stream::iter(bookings)
        .map(|booking| async move { hear_from(on, booking, happening).await.map(drop) })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    // One that fails keeps no other from its buyer's name. The queue brings it again.
    outcomes.into_iter().collect()
}
