//! What ticketing does, one file each.

pub mod add_seats;
pub mod book;
mod create_event;
mod expire_hold;
mod get_booking;
mod get_event;
mod get_layout;
mod get_ticket;
mod hear;
mod issue_ticket;
mod list_events;
pub mod list_seats;
mod relay_bookings;
mod settle_organiser_hold;
mod take_payment_news;
mod update_seat_map;

pub use add_seats::add_seats;
pub use book::book;
pub use create_event::create_event;
pub use expire_hold::expire_hold;
pub use get_booking::get_booking;
pub use get_event::{EventView, SectionView, get_event};
pub use get_layout::{LayoutView, get_layout};
pub use get_ticket::{TicketView, get_ticket};
pub use issue_ticket::issue_ticket;
pub use list_events::{ListedEvents, list_events};
pub use list_seats::list_seats;
pub use relay_bookings::relay_bookings;
pub use settle_organiser_hold::settle_organiser_hold;
pub use take_payment_news::take_payment_news;
pub use update_seat_map::update_seat_map;
