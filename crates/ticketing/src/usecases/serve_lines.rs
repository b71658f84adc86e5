//! Serving the lines of seats that were given up while their events did not sell.

use crate::domain::SeatStatus;
use crate::ports::{Offer, Owed};
use crate::usecases::hear::{BookingPorts, announce, heir};
use contracts::{BookingId, Failure};

/// How many attempts a seat gets. Each new attempt means that somebody left its line meanwhile.
const TRIES: u32 = 6;

/// Offers the seats that are owed to their lines, where the events sell by now, to who is first. Answers how many.
///
/// A sale may be paused, prolonged or brought forward: what was released meanwhile is offered when it goes on, and the
/// public cannot hold it before. One seat that fails does not keep the others from being served.
pub async fn serve_lines(on: &BookingPorts) -> Result<usize, Failure> {
    let (mut served, mut failed, mut asleep) = (0, None, None);
    for owed in on.bookings.owed().await? {
        // The seats of an event come together. One look is enough for all of an event that does not sell.
        if asleep == Some(owed.event_id) {
            continue;
        }
        match serve(on, &owed).await {
            Ok(Served::Offered) => served += 1,
            Ok(Served::NotNow) => asleep = Some(owed.event_id),
            Ok(Served::NoLongerOwed) => failed = on.bookings.no_longer_owed(&owed).await.err().or(failed),
            Err(why) => failed = Some(why),
        }
    }
    failed.map_or(Ok(served), Err)
}

enum Served {
    /// To who is first in the line.
    Offered,
    /// The event does not sell.
    NotNow,
    /// The event is over, nobody waits any more, or the seat is somebody's or off the sale.
    NoLongerOwed,
}

async fn serve(on: &BookingPorts, owed: &Owed) -> Result<Served, Failure> {
    for _ in 0..TRIES {
        let now = on.world.now();
        let Some(event) = on.events.get(owed.event_id).await?.filter(|event| event.may_sell_again(now)) else {
            return Ok(Served::NoLongerOwed);
        };
        if !event.serves_lines(now) {
            return Ok(Served::NotNow);
        }
        let previous = on.bookings.get(owed.booking).await?;
        let seat = previous.as_ref().and_then(|one| one.seats.iter().find(|seat| seat.label == owed.seat).cloned());
        let (Some(previous), Some(mut seat)) = (previous, seat) else {
            return Err(Failure::permanent("serve a line", "the booking that gave its seat up is not there"));
        };
        let present = on.events.seat(event.id, &seat.block, &seat.label).await?;
        let Some(present) = present.filter(|present| present.status == SeatStatus::Open) else {
            return Ok(Served::NoLongerOwed);
        };
        seat.price = present.price;
        let Some(waiter) = heir(on, &event, &seat, None, |_| 0).await? else { return Ok(Served::NoLongerOwed) };
        let id = BookingId::new(on.world.new_id());
        let mut booking = previous.offer(&event, id, &waiter, now, on.offer);
        booking.seats.push(seat);
        let mut offer = Offer { booking, places: vec![waiter.place] };
        announce(on, &mut offer, now).await?;
        if on.bookings.hand_over(owed, &offer, event.max_seats_per_user).await? {
            return Ok(Served::Offered);
        }
    }
    Err(Failure::transient("serve a line", "it changed each time"))
}
