use crate::adapters::invoices::{CLIENT, MADE};
use table::Item;
use table::migration::{Migration, text_of, texts};

/// The migrations of the table `payments`, in order.
pub const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, what: "invoices are listed by their client", fill: list_invoices }];

fn list_invoices(item: &Item) -> Item {
    let part = |name| text_of(item, name);
    match (part("SK"), part("client"), part("created_at"), part("number")) {
        (Some("INVOICE"), Some(client), Some(created_at), Some(number)) => {
            texts(&[(CLIENT, client.to_owned()), (MADE, format!("{created_at}#{number}"))])
        }
        _ => Item::new(),
    }
}
