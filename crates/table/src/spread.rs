//! Lists that many write to at once, spread over partitions: one key of a table or index takes 1,000 writes a second
//! (Amazon DynamoDB Developer Guide, "Best practices for designing and using partition keys effectively").

use std::fmt::Display;
use uuid::Uuid;

/// The partitions of one list.
pub const PARTS: u8 = 16;

/// The partition of a list with this number, from 0. The first is named as the list is: what was written before lists
/// were spread is all there.
pub fn part(list: impl Display, number: u8) -> String {
    if number == 0 { list.to_string() } else { format!("{list}#{number:x}") }
}

/// All partitions of a list.
pub fn parts(list: impl Display) -> impl Iterator<Item = String> {
    (0..PARTS).map(move |number| part(&list, number))
}

/// The number of the partition of what has this id. The last byte of an id is random, in each version that we make.
pub fn number_of(id: Uuid) -> u8 {
    id.as_bytes()[15] % PARTS
}

/// The partition of a list that what has this id is in.
pub fn part_of(list: impl Display, id: Uuid) -> String {
    part(list, number_of(id))
}
