//! What every service relies on: pages are full while there is something to fill them with, and a key is claimed once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use contract_suite::{Engine, on_each_engine, page};
use contracts::{Page, World};
use std::time::Duration;
use table::pages::BOUND;
use table::{Item, Key, Table, item, number, spread, text};

on_each_engine! {
    a_page_is_as_full_as_it_can_be: pages;
    a_key_is_claimed_for_one_request: keys;
    a_list_in_parts_is_read_as_one: parts;
    a_search_in_parts_goes_on_where_it_stopped: search_in_parts;
}

/// A page of a list of `n` = 0, 1, 2, …: of those items where `n` is `wanted`, if that is said.
async fn listed(table: &Table, list: &str, limit: u32, from: Option<&str>, wanted: Option<usize>) -> Page<usize> {
    let place = from.map(|from| table::of_cursor(from).unwrap());
    let mut query = table
        .query()
        .key_condition_expression("PK = :list")
        .expression_attribute_values(":list", text(list))
        .set_exclusive_start_key(place.map(|place| Key::new(list, place).attributes()));
    if let Some(wanted) = wanted {
        query = query.filter_expression("n = :n").expression_attribute_values(":n", number(wanted));
    }
    let n = |item: &Item| item["n"].as_n().unwrap().parse().unwrap();
    // Every third item is not shown.
    let shown =
        |found: Vec<Item>| async move { Ok(found.iter().map(|one| Some(n(one)).filter(|n| n % 3 != 2)).collect()) };
    table.page([query], "SK", &page(limit, None), shown).await.unwrap()
}

async fn pages(engine: &Engine) {
    let table = engine.table("payments").await;
    let list = format!("LIST#{}", engine.id());
    let many = BOUND + 500;
    let one = |n: usize| item(&Key::new(&list, format!("{n:05}")), &serde_json::json!({"n": n})).unwrap();
    table.write_all((0..many).map(one).collect()).await.unwrap();

    let first = listed(&table, &list, 4, None, None).await;
    assert_eq!(first.items, [0, 1, 3, 4], "as many as asked for");
    let next = listed(&table, &list, 2, first.next_cursor.as_deref(), None).await;
    assert_eq!(next.items, [6, 7], "where the page before ended");
    for wanted in [0, 60, 1_501] {
        let found = listed(&table, &list, 1, None, Some(wanted)).await;
        assert_eq!((found.items, found.next_cursor.is_some()), (vec![wanted], true), "a rare match is found");
    }
    let none = listed(&table, &list, 5, None, Some(many)).await;
    assert!(none.items.is_empty() && none.next_cursor.is_some(), "the bound is reached");
    let rest = listed(&table, &list, 5, none.next_cursor.as_deref(), Some(many - 1)).await;
    assert_eq!((rest.items.len(), rest.next_cursor), (usize::from((many - 1) % 3 != 2), None), "the search goes on");

    let few = format!("LIST#{}", engine.id());
    let one = |n: usize| item(&Key::new(&few, format!("{n:05}")), &serde_json::json!({"n": n})).unwrap();
    table.write_all((0..5).map(one).collect()).await.unwrap();
    for (limit, more) in [(3, true), (4, false), (5, false)] {
        let found = listed(&table, &few, limit, None, None).await;
        assert_eq!((found.items.len(), found.next_cursor.is_some()), (limit.min(4) as usize, more), "limit {limit}");
    }
}

/// A list that is spread, and what earlier releases wrote in its first part alone.
async fn parts(engine: &Engine) {
    let table = engine.table("payments").await;
    for (spread_over, many) in [(16, 100), (1, 30), (3, 0), (2, 1)] {
        let list = format!("LIST#{}", engine.id());
        let one = |n: usize| {
            let part = spread::part(&list, u8::try_from(n % spread_over).unwrap());
            item(&Key::new(part, format!("{n:05}")), &serde_json::json!({"n": n})).unwrap()
        };
        table.write_all((0..many).map(one).collect()).await.unwrap();
        for (backwards, limit) in [(false, 7), (true, 7), (true, 1), (false, 100)] {
            let (mut found, mut from) = (Vec::new(), None::<String>);
            loop {
                let place = from.as_deref().map(|from| table::of_cursor(from).unwrap());
                let queries = spread::parts(&list).map(|part| {
                    let side = if backwards { "<" } else { ">" };
                    let query = table.query().expression_attribute_values(":part", text(part));
                    let query = query.scan_index_forward(!backwards);
                    match &place {
                        None => query.key_condition_expression("PK = :part"),
                        Some(place) => query
                            .key_condition_expression(format!("PK = :part AND SK {side} :place"))
                            .expression_attribute_values(":place", text(place)),
                    }
                });
                let n = |item: &Item| item["n"].as_n().unwrap().parse::<usize>().unwrap();
                let shown = |items: Vec<Item>| async move { Ok(items.iter().map(|one| Some(n(one))).collect()) };
                let page = table.page(queries, "SK", &page(limit, None), shown).await.unwrap();
                assert!(page.next_cursor.is_none() || page.items.len() == limit as usize, "{page:?}");
                found.extend(page.items);
                from = page.next_cursor;
                if from.is_none() {
                    break;
                }
            }
            if backwards {
                found.reverse();
            }
            assert_eq!(found, (0..many).collect::<Vec<_>>(), "over {spread_over}, {limit} at a time");
        }
    }
}

/// A search in a list in parts, of which hardly anything is shown: it goes on where it stopped, and misses nothing.
async fn search_in_parts(engine: &Engine) {
    let table = engine.table("payments").await;
    let list = format!("LIST#{}", engine.id());
    let many = BOUND + 700;
    let one = |n: usize| {
        let part = spread::part(&list, u8::try_from(n % usize::from(spread::PARTS)).unwrap());
        item(&Key::new(part, format!("{n:05}")), &serde_json::json!({"n": n})).unwrap()
    };
    table.write_all((0..many).map(one).collect()).await.unwrap();
    // No part of a key is empty.
    let (mut found, mut from, mut pages) = (Vec::new(), "-".to_owned(), 0);
    loop {
        let queries = spread::parts(&list).map(|part| {
            let query = table.query().expression_attribute_values(":part", text(part));
            query
                .key_condition_expression("PK = :part AND SK > :from")
                .expression_attribute_values(":from", text(&from))
        });
        let n = |item: &Item| item["n"].as_n().unwrap().parse::<usize>().unwrap();
        let rare = |items: Vec<Item>| async move {
            Ok(items.iter().map(|one| Some(n(one)).filter(|n| [7, 1_900, many - 1].contains(n))).collect())
        };
        let page = table.page(queries, "SK", &page(5, None), rare).await.unwrap();
        found.extend(page.items);
        pages += 1;
        let Some(next) = page.next_cursor else { break };
        from = table::of_cursor(&next).unwrap();
    }
    assert_eq!(found, [7, 1_900, many - 1]);
    assert!(pages > 1, "the bound was reached");
}

async fn keys(engine: &Engine) {
    let (table, now) = (engine.table("payments").await, engine.world.now());
    let day = Duration::from_hours(24);
    let claim = async |key, digest, at| table.claim_key(key, digest, at, Some(at + day)).await.unwrap();
    let (key, other) = (engine.id(), engine.id());
    assert!(claim(key, "one", now).await && claim(key, "one", now).await, "the same request, as often as it comes");
    assert!(!claim(key, "two", now).await && !claim(key, "two", now + Duration::from_hours(23)).await);
    assert!(claim(other, "two", now).await);
    assert!(claim(key, "two", now + Duration::from_hours(25)).await, "after a day the key is free");
    assert!(!claim(key, "one", now + Duration::from_hours(26)).await);
    let good = engine.id();
    assert!(table.claim_key(good, "one", now, None).await.unwrap());
    assert!(!claim(good, "two", now + day * 365).await, "claimed for good");
}
