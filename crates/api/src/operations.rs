//! All routes that people and services may know of; what is simulated of the outside world is not part of the API.

use crate::operation::{Access, Operation};
use accounts::domain::{ProfileChanges, Registration, User, UserChanges};
use accounts::usecases::{ConfirmReset, Credentials, LinkToken, NewPassword, ResetRequest, SignedIn};
use catalogue::domain::MovieDraft;
use catalogue::usecases::{Imported, MovieView};
use contracts::{BookingSummary, BookingView, Code, CreateInvoice, Invoice, Role};
use power::domain::{Meter, MeterDraft, MeterView, Product, ProductDraft, PurchaseView};
use power::usecases::buy_token::BuyRequest;
use serde_json::{Value, json};
use ticketing::domain::{EventDraft, NewSeats};
use ticketing::usecases::book::BookRequest;
use ticketing::usecases::edit_seat::{EditedSeat, SeatChanges};
use ticketing::usecases::get_sales::SalesView;
use ticketing::usecases::list_seats::SeatMapView;
use ticketing::usecases::waiting::{PlaceView, WaitingView};
use ticketing::usecases::{AddedSeats, BuyerView, EventBookingView, EventView, LayoutView, TicketView};

const ADMIN: Access = Access::Roles(&[Role::Admin]);
const ORGANISER: Access = Access::Roles(&[Role::Organiser, Role::Admin]);

fn tagged(tag: &'static str, operations: Vec<Operation>) -> Vec<Operation> {
    operations.into_iter().map(|operation| Operation { tag, ..operation }).collect()
}

/// Every route, in the order of a story.
pub fn operations() -> Vec<Operation> {
    [
        tagged("accounts", accounts()),
        tagged("users", users()),
        tagged("movies", movies()),
        tagged("events", events()),
        tagged("seats", seats()),
        tagged("bookings", bookings()),
        tagged("waiting list", waiting()),
        tagged("invoices", invoices()),
        tagged("power products", products()),
        tagged("power meters", meters()),
        tagged("power tokens", purchases()),
        tagged("about", about()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn text(most: u32) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": most})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn accounts() -> Vec<Operation> {
    let person =
        json!({"email": "siti@example.com", "password": "correct horse", "name": "Siti Nurhaliza", "locale": "id"});
    let credentials = json!({"email": "buyer@karcis.test", "password": "karcis-local-only"});
    vec![
        Operation::new("POST", "/api/register", "register", "Makes a buyer's account.")
            .by(Access::All)
            .takes::<Registration>(person)
            .answers::<User>(201)
            .or(&[Code::EmailTaken]),
        Operation::new("POST", "/api/login", "login", "Signs a user in.")
            .by(Access::All)
            .takes::<Credentials>(credentials)
            .answers::<SignedIn>(200)
            .or(&[Code::BadCredentials, Code::Blocked, Code::TooManyAttempts]),
        Operation::new("POST", "/api/logout", "logout", "Signs the caller out everywhere.").empties(204),
        Operation::new("POST", "/api/password", "change-password", "Changes the caller's password; ends all sessions.")
            .takes::<NewPassword>(json!({"old": "correct horse", "new": "battery staple"}))
            .empties(204)
            .or(&[Code::BadCredentials, Code::TooManyAttempts, Code::NotFound]),
        Operation::new("POST", "/api/password/reset", "reset-password", "Has a link to a new password mailed.")
            .by(Access::All)
            .takes::<ResetRequest>(json!({"email": "siti@example.com"}))
            .empties(204),
        Operation::new(
            "POST",
            "/api/password/reset/confirm",
            "confirm-password-reset",
            "Sets a new password by the link.",
        )
        .by(Access::All)
        .takes::<ConfirmReset>(json!({"token": "…", "new": "battery staple"}))
        .empties(204)
        .or(&[Code::InvalidLink]),
        Operation::new("POST", "/api/email/confirm", "confirm-email", "Confirms an address by the mailed link.")
            .by(Access::All)
            .takes::<LinkToken>(json!({"token": "…"}))
            .empties(204)
            .or(&[Code::InvalidLink]),
        Operation::new("GET", "/api/profile", "get-profile", "The caller's own profile.")
            .answers::<User>(200)
            .or(&[Code::NotFound]),
        Operation::new("PATCH", "/api/profile", "update-profile", "Changes the caller's own profile.")
            .takes::<ProfileChanges>(json!({"name": "Siti N.", "locale": "en"}))
            .answers::<User>(200)
            .conditional()
            .or(&[Code::NotFound]),
        Operation::new("DELETE", "/api/profile", "delete-profile", "Erases the caller's own account.")
            .empties(204)
            .conditional()
            .or(&[Code::LiveBooking, Code::NotFound]),
    ]
}

fn users() -> Vec<Operation> {
    vec![
        Operation::new("GET", "/api/users", "list-users", "All users, newest first.").by(ADMIN).lists::<User>(),
        Operation::new("GET", "/api/users/{id}", "get-user", "One user.").by(ADMIN).answers::<User>(200),
        Operation::new("PATCH", "/api/users/{id}", "update-user", "Gives a user a role, or blocks them.")
            .by(ADMIN)
            .takes::<UserChanges>(json!({"role": "organiser"}))
            .answers::<User>(200)
            .conditional()
            .or(&[Code::OwnAccount]),
        Operation::new("DELETE", "/api/users/{id}", "delete-user", "Erases a user's account.")
            .by(ADMIN)
            .empties(204)
            .conditional()
            .or(&[Code::OwnAccount, Code::LiveBooking]),
    ]
}

fn movies() -> Vec<Operation> {
    let movie = json!({"title": "Sinners", "genres": ["Horror", "Action"], "duration_minutes": 138});
    vec![
        Operation::new("GET", "/api/movies", "list-movies", "Movies with their screenings, newest first.")
            .asks("q", text(200))
            .asks("genre", text(200))
            .lists::<MovieView>()
            .tagged(),
        Operation::new("GET", "/api/movies/{id}", "get-movie", "One movie with its screenings.")
            .answers::<MovieView>(200)
            .tagged(),
        Operation::new("POST", "/api/movies", "create-movie", "Puts a movie up.")
            .by(ORGANISER)
            .takes::<MovieDraft>(movie.clone())
            .answers::<MovieView>(201)
            .keyed()
            .or(&[Code::MovieExists]),
        Operation::new("PUT", "/api/movies/{id}", "update-movie", "Changes a movie.")
            .by(ORGANISER)
            .takes::<MovieDraft>(movie)
            .answers::<MovieView>(200)
            .conditional(),
        Operation::new("DELETE", "/api/movies/{id}", "delete-movie", "Takes a movie without screenings down.")
            .by(ORGANISER)
            .empties(204)
            .conditional()
            .or(&[Code::HasScreenings]),
        Operation::new(
            "POST",
            "/api/movies/import",
            "import-movies",
            "Takes TMDB's popular and now-playing films over.",
        )
        .by(ADMIN)
        .answers::<Imported>(200)
        .or(&[Code::TmdbUnavailable]),
    ]
}

fn events() -> Vec<Operation> {
    let event = json!({"title": "Malam Akustik", "kind": "CONCERT", "venue": "Istora Senayan",
        "starts_at": "2030-01-01T12:00:00Z", "max_seats_per_user": 6});
    vec![
        Operation::new("GET", "/api/events", "list-events", "Events to come, soonest first.")
            .by(Access::All)
            .asks("from", time())
            .asks("to", time())
            .asks("q", text(200))
            .asks("movie_id", json!({"type": "string", "format": "uuid"}))
            .lists::<EventView>()
            .tagged(),
        Operation::new("GET", "/api/events/{id}", "get-event", "One event, with its free seats.")
            .by(Access::All)
            .answers::<EventView>(200)
            .tagged(),
        Operation::new("POST", "/api/events", "create-event", "Puts an event up.")
            .by(ORGANISER)
            .takes::<EventDraft>(event.clone())
            .answers::<EventView>(201)
            .keyed()
            .or(&[Code::NotFound]),
        Operation::new("PUT", "/api/events/{id}", "update-event", "Changes what is said of an event.")
            .by(ORGANISER)
            .takes::<EventDraft>(event)
            .answers::<EventView>(200)
            .conditional()
            .or(&[Code::EventOver, Code::EventChanged]),
        Operation::new("DELETE", "/api/events/{id}", "delete-event", "Deletes an event that has no live bookings.")
            .by(ORGANISER)
            .empties(204)
            .conditional()
            .or(&[Code::HasBookings, Code::EventChanged]),
        Operation::new(
            "POST",
            "/api/events/{id}/cancel",
            "cancel-event",
            "Cancels an event and pays every booking back.",
        )
        .by(ORGANISER)
        .answers::<EventView>(200)
        .conditional()
        .or(&[Code::EventChanged]),
        Operation::new("GET", "/api/events/{id}/bookings", "list-event-bookings", "An event's bookings, newest first.")
            .by(ORGANISER)
            .asks(
                "status",
                json!({"type": "string", "enum": ["HELD", "AWAITING_PAYMENT", "CONFIRMED", "FAILED",
                "EXPIRED", "CANCELLED", "REFUNDING", "REFUNDED"]}),
            )
            .lists::<EventBookingView>(),
        Operation::new("GET", "/api/events/{id}/sales", "get-sales", "What an event sold, as JSON or CSV.")
            .by(ORGANISER)
            .answers::<SalesView>(200)
            .also("text/csv"),
    ]
}

fn seats() -> Vec<Operation> {
    let price = json!({"amount": 5_000_000, "currency": "IDR"});
    vec![
        Operation::new("POST", "/api/events/{id}/seats", "add-seats", "Puts seats on sale: labels, or rows.")
            .by(ORGANISER)
            .takes::<NewSeats>(json!({"section": "REGULAR", "rows": "A-C:1-10", "price": price}))
            .answers::<AddedSeats>(201)
            .or(&[Code::SeatExists, Code::SectionPrice, Code::EventChanged, Code::EventOver]),
        Operation::new("GET", "/api/events/{id}/seats", "list-seats", "Where each seat stands.")
            .by(Access::All)
            .asks("view", json!({"type": "string", "enum": ["compact"]}))
            .answers::<SeatMapView>(200),
        Operation::new(
            "GET",
            "/api/events/{id}/layout",
            "get-layout",
            "All seats in the order of the compact seat map.",
        )
        .by(Access::All)
        .answers::<LayoutView>(200)
        .tagged(),
        Operation::new(
            "PATCH",
            "/api/events/{id}/seats/{label}",
            "update-seat",
            "Gives an open seat a price of its own.",
        )
        .by(ORGANISER)
        .takes::<SeatChanges>(json!({"price": price}))
        .answers::<EditedSeat>(200)
        .conditional()
        .or(&[Code::SeatNotOpen, Code::EventOver, Code::EventChanged]),
        Operation::new("DELETE", "/api/events/{id}/seats/{label}", "delete-seat", "Takes an open seat off the plan.")
            .by(ORGANISER)
            .empties(204)
            .conditional()
            .or(&[Code::SeatNotOpen, Code::EventOver, Code::EventChanged]),
    ]
}

fn bookings() -> Vec<Operation> {
    let asked = json!({"event_id": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "seats": ["A-1"], "payment": "auto"});
    vec![
        Operation::new("POST", "/api/bookings", "book", "Books seats: holds them, and asks for payment.")
            .takes::<BookRequest>(asked)
            .answers::<BookingView>(201)
            .keyed()
            .or(&[
                Code::NotFound,
                Code::SeatsTaken,
                Code::NotOnSale,
                Code::HoldExpired,
                Code::InProgress,
                Code::TooManySeats,
                Code::IdempotencyKeyReused,
                Code::OrganiserRefused,
                Code::OrganiserUnavailable,
                Code::PaymentUnavailable,
            ]),
        Operation::new("GET", "/api/bookings", "list-bookings", "The caller's own bookings, newest first.")
            .lists::<BookingSummary>(),
        Operation::new("GET", "/api/bookings/{id}", "get-booking", "One booking of the caller's own.")
            .answers::<BookingView>(200),
        Operation::new(
            "POST",
            "/api/bookings/{id}/cancel",
            "cancel-booking",
            "Gives a booking up; what is paid is paid back.",
        )
        .answers::<BookingView>(200)
        .conditional()
        .or(&[Code::NotCancellable]),
        Operation::new(
            "GET",
            "/api/bookings/{id}/ticket",
            "get-ticket",
            "A link to the ticket, good for a quarter of an hour.",
        )
        .answers::<TicketView>(200)
        .or(&[Code::TicketNotReady]),
        Operation::new("GET", "/api/tickets/{code}", "open-ticket", "Opens a ticket by the link that was mailed.")
            .by(Access::All)
            .redirects(),
    ]
}

fn waiting() -> Vec<Operation> {
    let path = "/api/events/{id}/seats/{label}/waiting-list";
    vec![
        Operation::new("POST", path, "join-waiting-list", "Joins the line of a seat that is taken.")
            .answers::<PlaceView>(201)
            .or(&[Code::SeatOpen, Code::OwnSeat, Code::NotOnSale]),
        Operation::new("DELETE", path, "leave-waiting-list", "Leaves the line of a seat.").empties(204),
        Operation::new(
            "GET",
            "/api/waiting-list",
            "list-waiting",
            "The lines that the caller stands in, newest first.",
        )
        .lists::<WaitingView>(),
    ]
}

fn invoices() -> Vec<Operation> {
    let asked = json!({"reference": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "payer": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e12",
        "amount": {"amount": 5_000_000, "currency": "IDR"}, "expires_at": "2030-01-01T12:00:00Z"});
    vec![
        Operation::new("POST", "/api/invoices", "create-invoice", "Makes the invoice of a reference.")
            .by(Access::Service)
            .takes::<CreateInvoice>(asked)
            .answers::<Invoice>(201)
            .or(&[Code::ReferenceReused]),
        Operation::new("GET", "/api/invoices", "list-invoices", "The calling service's invoices, oldest first.")
            .by(Access::Service)
            .asks("since", time())
            .lists::<Invoice>(),
        Operation::new("GET", "/api/invoices/{number}", "get-invoice", "An invoice, for its payer.")
            .answers::<Invoice>(200),
        Operation::new("POST", "/api/invoices/{number}/pay", "pay-invoice", "Asks for an invoice to be settled.")
            .answers::<Invoice>(202)
            .or(&[Code::NotPayable]),
        Operation::new("POST", "/api/invoices/{number}/void", "void-invoice", "Withdraws an invoice, made or not.")
            .by(Access::Service)
            .answers::<Invoice>(200),
        Operation::new("POST", "/api/invoices/{number}/refund", "refund-invoice", "Has a paid invoice paid back.")
            .by(Access::Service)
            .answers::<Invoice>(200)
            .or(&[Code::NotRefundable, Code::RefundFailed]),
        Operation::new(
            "POST",
            "/api/webhooks/payment",
            "webhook",
            "Takes payments' news, signed as Standard Webhooks are.",
        )
        .by(Access::Signed)
        .takes::<Value>(json!({"type": "invoice.paid", "data": {}}))
        .empties(204)
        .or(&[Code::BadSignature, Code::NotFound]),
        Operation::new("GET", "/api/buyers/{id}", "get-buyer", "How many seats a user holds or owns.")
            .by(Access::Service)
            .answers::<BuyerView>(200),
    ]
}

fn products() -> Vec<Operation> {
    let product = json!({"nominal": {"amount": 10_000_000, "currency": "IDR"},
        "admin_fee": {"amount": 150_000, "currency": "IDR"}, "active": true});
    vec![
        Operation::new("GET", "/api/power/products", "list-products", "The nominals on sale, cheapest first.")
            .lists::<Product>(),
        Operation::new("POST", "/api/power/products", "create-product", "Puts a nominal on sale.")
            .by(ADMIN)
            .takes::<ProductDraft>(product.clone())
            .answers::<Product>(201)
            .or(&[Code::ProductExists]),
        Operation::new(
            "PUT",
            "/api/power/products/{id}",
            "update-product",
            "Changes a product's fee, or withdraws it.",
        )
        .by(ADMIN)
        .takes::<ProductDraft>(product)
        .answers::<Product>(200)
        .conditional(),
        Operation::new("DELETE", "/api/power/products/{id}", "delete-product", "Takes a product down.")
            .by(ADMIN)
            .empties(204)
            .conditional(),
    ]
}

fn meters() -> Vec<Operation> {
    let meter = json!({"number": "14000000001", "customer_number": "514000000001", "name": "Siti Rahmawati",
        "tariff": "R1", "power_va": 1300, "local_tax": 300});
    vec![
        Operation::new("GET", "/api/power/meters/{number}", "get-meter", "Whose meter it is; by customer number too.")
            .answers::<MeterView>(200)
            .or(&[Code::MeterUnknown, Code::MeterBlocked, Code::PowerUnavailable, Code::Invalid]),
        Operation::new("GET", "/api/power/meters", "list-meters", "The meters that are kept, by number.")
            .by(ADMIN)
            .lists::<Meter>(),
        Operation::new(
            "POST",
            "/api/power/meters",
            "create-meter",
            "Keeps a meter: it holds before the company's word.",
        )
        .by(ADMIN)
        .takes::<MeterDraft>(meter.clone())
        .answers::<Meter>(201)
        .or(&[Code::MeterExists]),
        Operation::new("PUT", "/api/power/meters/{number}", "update-meter", "Changes or blocks a meter that is kept.")
            .by(ADMIN)
            .takes::<MeterDraft>(meter)
            .answers::<Meter>(200)
            .conditional()
            .or(&[Code::MeterExists]),
        Operation::new("DELETE", "/api/power/meters/{number}", "delete-meter", "Keeps a meter no more.")
            .by(ADMIN)
            .empties(204)
            .conditional(),
    ]
}

fn purchases() -> Vec<Operation> {
    let asked = json!({"meter_number": "14000000001", "product_id": "019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11",
        "payment": "auto"});
    vec![
        Operation::new("POST", "/api/power/purchases", "buy-token", "Buys a power token, and asks for payment.")
            .takes::<BuyRequest>(asked)
            .answers::<PurchaseView>(201)
            .keyed()
            .or(&[
                Code::NotFound,
                Code::MeterUnknown,
                Code::MeterBlocked,
                Code::ProductWithdrawn,
                Code::ProductChanged,
                Code::MonthLimit,
                Code::InProgress,
                Code::IdempotencyKeyReused,
                Code::PaymentUnavailable,
                Code::PowerUnavailable,
            ]),
        Operation::new("GET", "/api/power/purchases", "list-purchases", "The caller's own purchases, newest first.")
            .lists::<PurchaseView>(),
        Operation::new("GET", "/api/power/purchases/{id}", "get-purchase", "One purchase of the caller's own.")
            .answers::<PurchaseView>(200),
        Operation::new(
            "POST",
            "/api/webhooks/power-payment",
            "power-webhook",
            "Takes payments' news of purchases, signed as Standard Webhooks are.",
        )
        .by(Access::Signed)
        .takes::<Value>(json!({"type": "invoice.paid", "data": {}}))
        .empties(204)
        .or(&[Code::BadSignature, Code::NotFound]),
    ]
}

fn about() -> Vec<Operation> {
    vec![
        Operation::new("GET", "/api/openapi.json", "get-openapi", "This description.")
            .by(Access::All)
            .answers::<Value>(200),
    ]
}
