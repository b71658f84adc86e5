//! What each port promises, asked of its adapter: of those on AWS on two engines that know nothing of each other, the
//! embedded ones and one elsewhere, so that one emulator's habits are not taken for AWS's; of all others in `services`.
//!
//! The second engine is at `KARCIS_SECOND_ENGINE`; its tests are ignored unless asked for (`.ci/run` does):
//! `KARCIS_SECOND_ENGINE=http://127.0.0.1:4577 cargo test --test it second_engine -- --ignored`.

mod accounts;
mod catalogue;
mod engine;
mod mail;
mod payments;
mod power;
mod services;
mod ticketing;

use engine::Engine;

macro_rules! contracts {
    ($($name:ident: $suite:path;)+) => {
        mod embedded_engines {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $suite(&Engine::embedded().await).await;
            })+
        }
        mod second_engine {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs a second engine at KARCIS_SECOND_ENGINE"]
            async fn $name() {
                $suite(&Engine::second().await).await;
            })+
        }
    };
}

contracts! {
    bookings_hold_all_or_nothing: ticketing::holds;
    one_of_many_holds_at_once_wins: ticketing::holds_at_once;
    bookings_change_on_condition: ticketing::changes;
    lines_number_their_places: ticketing::lines;
    many_who_join_at_once_get_places_of_their_own: ticketing::joined_at_once;
    events_change_on_condition: ticketing::events;
    seat_maps_pass_over_what_was_applied: ticketing::seat_maps;
    mismatches_are_kept_once: ticketing::mismatches;
    queues_take_messages_with_a_delay: ticketing::queues;
    topics_take_more_than_a_batch: ticketing::topics;
    tickets_open_by_their_links: ticketing::tickets;
    invoices_are_decided_once: payments::invoices;
    invoices_are_listed_by_client: payments::lists;
    payments_are_asked_for: payments::queue;
    products_change_on_condition: power::products;
    meters_are_found_by_their_customers_too: power::meters;
    purchases_change_on_condition_within_their_month: power::purchases;
    purchases_are_listed_by_buyer: power::history;
    power_queues_take_messages_with_a_delay: power::queues;
    purchases_topics_tell_those_who_asked: power::topic;
    users_have_one_address_each: accounts::users;
    sessions_end: accounts::sessions;
    guesses_are_counted: accounts::guesses;
    the_history_keeps_the_newest_version: accounts::history;
    notices_are_claimed_once: accounts::notices;
    users_topics_take_news: accounts::topic;
    mails_go_in_two_forms_with_what_is_attached: mail::mails;
    movies_change_on_condition: catalogue::movies;
    screenings_keep_the_newest_version: catalogue::screenings;
}
