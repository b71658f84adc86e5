//! Lists that many write to at once, spread over partitions: one key of a table or index takes 1,000 writes a second
//! (Amazon DynamoDB Developer Guide, "Best practices for designing and using partition keys effectively").

use crate::{Table, text};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
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

/// An index whose lists are spread.
#[derive(Debug, Clone, Copy)]
pub struct SpreadIndex {
    /// Its name.
    pub name: &'static str,
    /// Its partition key: a part of a list.
    pub list: &'static str,
    /// Its sort key: the place in the list.
    pub place: &'static str,
    /// Are lists read from their ends?
    pub backwards: bool,
}

impl SpreadIndex {
    /// The queries that find a list together, behind the place `after` if it is given: [`Table::page`] reads them as
    /// one.
    pub fn queries(
        self,
        table: &Table,
        list: impl Display,
        after: Option<&str>,
    ) -> impl Iterator<Item = QueryFluentBuilder> {
        let side = if self.backwards { "<" } else { ">" };
        parts(list).map(move |part| {
            let query = table
                .query()
                .index_name(self.name)
                .expression_attribute_names("#list", self.list)
                .expression_attribute_values(":part", text(part))
                .scan_index_forward(!self.backwards);
            match after {
                None => query.key_condition_expression("#list = :part"),
                Some(after) => query
                    .key_condition_expression(format!("#list = :part AND #place {side} :after"))
                    .expression_attribute_names("#place", self.place)
                    .expression_attribute_values(":after", text(after)),
            }
        })
    }
}
