use crate::domain::{Happening, Named};
use crate::ports::Renamed;
use crate::usecases::get_buyer::is_to_come;
use crate::usecases::hear::{BookingPorts, hear_from};
use contracts::Failure;
use futures::stream::{self, StreamExt};

/// The most bookings that take their buyer's name at the same time.
const AT_ONCE: usize = 8;

/// Gives a user's bookings of events that are not over, and their places in lines, the name that they have now: it
/// stands on tickets, and organisers see it. An earlier name that comes late changes nothing.
///
/// A request may know the earlier name for a minute more, because the gateway remembers who a token belongs to. So
/// this is done at once, and once more when that minute is over.
pub async fn rename_buyer(on: &BookingPorts, renamed: &Renamed) -> Result<(), Failure> {
    let Renamed { user_id, name, name_version } = renamed;
    let named = Named { name: name.clone(), version: *name_version };
    // One that fails keeps no other from its buyer's name. The queue brings it again.
    let mut done = Ok(());
    // Places first: an offer takes the name from a place.
    for waiting in on.lines.of_user(*user_id).await? {
        done = done.and(on.lines.rename(*user_id, &waiting, &named).await);
    }
    let happening = &Happening::BuyerRenamed(named);
    let bookings = on.bookings.get_all(&on.bookings.of_buyer(*user_id).await?).await?;
    let outcomes: Vec<Result<(), Failure>> = stream::iter(bookings)
        .map(|booking| async move {
            if is_to_come(&*on.events, &booking, on.world.now()).await? {
                hear_from(on, booking, happening).await?;
            }
            Ok(())
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    outcomes.into_iter().fold(done, Result::and)
}
