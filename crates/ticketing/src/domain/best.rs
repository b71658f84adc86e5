//! Which free seats are the best, for buyers who leave the choice to us.
//!
//! Seats that are side by side come first, and among them those that leave no single seat over. The section that was
//! added first comes before the others. Then the score decides; less is better:
//!
//! - the distance from the middle of the group to the middle of its row, in seats;
//! - one and a half for each row between theirs and the best row, which is two thirds back in a cinema, and a third
//!   back before a stage;
//! - twenty for each seat with a restricted view, unless that was asked for.
//!
//! Places for wheelchairs and companions are chosen only for who asks for them; who asks for a wheelchair's place may
//! get a companion's beside it. Of the best few groups one is taken by lot, so that a crowd that asks at the same
//! moment does not want the same two seats; never one with a worse view than the best has.

use crate::domain::event::EventKind;
use crate::domain::hall::{Chair, Hall, halls};
use crate::domain::{BlockMap, Layout, SeatStatus};
use contracts::{BestSeats, Mark, SeatLabel, SectionName};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What a buyer asks for who leaves the choice to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// So many seats.
    pub many: usize,
    /// In this section; in any if not given.
    pub section: Option<SectionName>,
    /// Must they be side by side?
    pub together: bool,
    /// At least one seat must have each of these.
    pub marks: BTreeSet<Mark>,
}

/// What is free: the plan, its maps, and what others took since the maps were written.
#[derive(Debug, Clone, Copy)]
pub struct Free<'a> {
    /// Where the seats are.
    pub layout: &'a Layout,
    /// What the event's best row depends on.
    pub kind: EventKind,
    /// How the seats stood about a second ago.
    pub maps: &'a [BlockMap],
    /// Seats that were found to be taken.
    pub taken: &'a HashSet<SeatLabel>,
}

/// Of a thirty-second of the groups, at least 4 and at most 32, one is taken by lot at the first try; at each further
/// try of four times as many.
const FEW: std::ops::RangeInclusive<usize> = 4..=32;
const SHARE: usize = 32;

/// Half a seat is the unit of scores. A row counts as one and a half seats.
const ROW: u32 = 3;
const RESTRICTED: u32 = 40;

/// Seats that may be chosen together.
struct Group<'a> {
    seats: Cow<'a, [Chair<'a>]>,
    together: bool,
    hall: usize,
    single_seats: u32,
    /// In half seats.
    from_middle: u32,
    from_best_row: u32,
    /// What views that were not asked for cost. It is part of the score.
    penalty: u32,
    score: u32,
}

/// The seats for this wish, and why these, at the given try, from 1. `lot` is any number; it decides among the best
/// few. Without such seats it answers of how many free seats of one section they could be chosen at most; 0 where no
/// section has the marks.
pub fn choose(free: &Free<'_>, wish: &Wish, tries: u32, lot: u128) -> Result<(Vec<SeatLabel>, BestSeats), usize> {
    let halls: Vec<_> = halls(free.layout);
    let halls: Vec<_> =
        halls.iter().filter(|hall| wish.section.as_ref().is_none_or(|name| hall.section == name)).collect();
    let open = Open::new(free, wish);
    let mut groups: Vec<_> = halls.iter().enumerate().flat_map(|(at, hall)| open.side_by_side(hall, at)).collect();
    if groups.is_empty() && !wish.together {
        groups = halls.iter().enumerate().flat_map(|(at, hall)| open.scattered(hall, at)).collect();
    }
    groups.sort_by_key(|group| (group.single_seats, group.hall, group.score));
    let Some(best) = groups.first() else {
        return Err(halls.iter().map(|hall| open.most(hall)).max().unwrap_or(0));
    };
    let alike = |group: &&Group<'_>| {
        (group.single_seats, group.hall) == (best.single_seats, best.hall) && group.penalty <= best.penalty
    };
    let alike: Vec<_> = groups.iter().filter(alike).collect();
    let few = (alike.len() / SHARE).clamp(*FEW.start(), *FEW.end()) << (2 * tries.saturating_sub(1)).min(16);
    let drawn = usize::try_from(lot % few.clamp(1, alike.len()) as u128).unwrap_or(0);
    let group = alike.get(drawn).copied().unwrap_or(best);
    let best = BestSeats {
        together: group.together,
        from_middle: group.from_middle / 2,
        from_best_row: group.from_best_row,
        single_seats: group.single_seats,
    };
    Ok((group.seats.iter().map(|chair| chair.label.clone()).collect(), best))
}

/// What may be chosen.
struct Open<'a> {
    wish: &'a Wish,
    kind: EventKind,
    letters: HashMap<u32, Vec<char>>,
    taken: &'a HashSet<SeatLabel>,
}

impl<'a> Open<'a> {
    fn new(free: &Free<'a>, wish: &'a Wish) -> Self {
        let letters = free.maps.iter().map(|map| (map.ordinal, map.letters.chars().collect())).collect();
        Self { wish, kind: free.kind, letters, taken: free.taken }
    }

    fn has(&self, chair: &Chair<'_>) -> bool {
        let (ordinal, place) = chair.place;
        let letter = self.letters.get(&ordinal).and_then(|letters| letters.get(place));
        let wants = |mark: Mark| self.wish.marks.contains(&mark);
        letter == Some(&SeatStatus::Open.letter())
            && !self.taken.contains(chair.label)
            && (!chair.has(Mark::Wheelchair) || wants(Mark::Wheelchair))
            && (!chair.has(Mark::Companion) || wants(Mark::Companion) || wants(Mark::Wheelchair))
    }

    /// Of how many seats of a hall a choice could be made; 0 if it has not the marks.
    fn most(&self, hall: &Hall<'_>) -> usize {
        let seats: Vec<_> = self.seats(hall).collect();
        let has = |mark: &Mark| seats.iter().any(|(_, chair)| chair.has(*mark));
        let enough = seats.len() < self.wish.many || !self.scattered(hall, 0).is_empty();
        if enough && self.wish.marks.iter().all(has) { seats.len() } else { 0 }
    }

    fn seats<'h>(&self, hall: &'h Hall<'h>) -> impl Iterator<Item = (usize, &'h Chair<'h>)> {
        let rows = hall.rows.iter().enumerate();
        rows.flat_map(|(down, row)| row.seats.iter().map(move |chair| (down, chair)))
            .filter(|(_, chair)| self.has(chair))
    }

    fn suits(&self, seats: &[Chair<'_>]) -> bool {
        self.wish.marks.iter().all(|mark| seats.iter().any(|chair| chair.has(*mark)))
    }

    /// How far a row is from the best one of its hall.
    fn rows_to_the_best(&self, hall: &Hall<'_>, down: usize) -> u32 {
        let last = hall.rows.len().saturating_sub(1);
        let best = match self.kind {
            EventKind::Screening => last * 2 / 3,
            EventKind::Concert => last / 3,
        };
        u32::try_from(down.abs_diff(best)).unwrap_or(u32::MAX)
    }

    /// Every group that is side by side in a row.
    fn side_by_side<'h>(&self, hall: &'h Hall<'h>, at: usize) -> Vec<Group<'h>> {
        let many = self.wish.many;
        let mut groups = Vec::new();
        for (down, row) in hall.rows.iter().enumerate() {
            let middle = row.seats.last().map_or(0, |last| last.across);
            for stretch in row.seats.chunk_by(|one, next| !next.apart && self.has(one) == self.has(next)) {
                if stretch.len() < many || !stretch.first().is_some_and(|first| self.has(first)) {
                    continue;
                }
                for (start, seats) in stretch.windows(many).enumerate() {
                    if !self.suits(seats) {
                        continue;
                    }
                    let single_seats = u32::from(start == 1) + u32::from(stretch.len() - start - many == 1);
                    let ends = [seats.first(), seats.last()].into_iter().flatten();
                    let from_middle = ends.map(|chair| chair.across).sum::<u32>().abs_diff(middle);
                    let group = self.group(seats.into(), (hall, at, down), from_middle);
                    groups.push(Group { single_seats, ..group });
                }
            }
        }
        groups
    }

    fn group<'h>(
        &self,
        seats: Cow<'h, [Chair<'h>]>,
        (hall, at, down): (&Hall<'h>, usize, usize),
        from_middle: u32,
    ) -> Group<'h> {
        let from_best_row = self.rows_to_the_best(hall, down);
        let penalty = seats.iter().map(|chair| self.penalty(chair)).sum();
        let score = from_middle.saturating_add(from_best_row.saturating_mul(ROW)).saturating_add(penalty);
        Group { seats, together: true, hall: at, single_seats: 0, from_middle, from_best_row, penalty, score }
    }

    /// What a view that was not asked for costs.
    fn penalty(&self, chair: &Chair<'_>) -> u32 {
        let unasked = chair.has(Mark::RestrictedView) && !self.wish.marks.contains(&Mark::RestrictedView);
        if unasked { RESTRICTED } else { 0 }
    }

    /// How many single seats are left over in rows once these seats are gone.
    fn singles_beside(&self, hall: &Hall<'_>, chosen: &[(usize, &Chair<'_>)]) -> u32 {
        let gone = |chair: &Chair<'_>| chosen.iter().any(|(_, one)| one.label == chair.label);
        let rows: BTreeSet<_> = chosen.iter().map(|(down, _)| *down).collect();
        let rows = rows.into_iter().filter_map(|down| hall.rows.get(down));
        let stretches =
            rows.flat_map(|row| row.seats.chunk_by(|one, next| !next.apart && self.has(one) == self.has(next)));
        let left = stretches.filter(|stretch| stretch.iter().any(gone)).flat_map(|stretch| {
            let runs = stretch.chunk_by(|one, next| gone(one) == gone(next));
            runs.filter(|run| matches!(run, [one] if !gone(one)))
        });
        u32::try_from(left.count()).unwrap_or(u32::MAX)
    }

    /// Groups of seats near each other, one around each of the best single seats.
    fn scattered<'h>(&self, hall: &'h Hall<'h>, at: usize) -> Vec<Group<'h>> {
        let mut open: Vec<_> = self.seats(hall).collect();
        if open.len() < self.wish.many {
            return Vec::new();
        }
        let middle = |down: usize| hall.rows.get(down).and_then(|row| row.seats.last()).map_or(0, |last| last.across);
        let alone = |&(down, chair): &(usize, &'h Chair<'h>)| {
            let from_middle = (2 * chair.across).abs_diff(middle(down));
            self.group(std::slice::from_ref(chair).into(), (hall, at, down), from_middle)
        };
        open.sort_by_cached_key(|seat| alone(seat).score);
        let anchors: Vec<_> = open.iter().take(*FEW.end()).copied().collect();
        let around = |anchor: (usize, &'h Chair<'h>)| -> Option<Group<'h>> {
            let (down, chair) = anchor;
            let side = |down: usize, chair: &Chair<'_>| i64::from(2 * chair.across) - i64::from(middle(down));
            let apart = |&(other, seat): &(usize, &'h Chair<'h>)| {
                let rows = u64::try_from(other.abs_diff(down)).unwrap_or(u64::MAX);
                side(other, seat).abs_diff(side(down, chair)) + rows * u64::from(ROW) + u64::from(self.penalty(seat))
            };
            let mut near = open.clone();
            near.sort_by_key(apart);
            // Those with the marks that were asked for go first.
            let mut seats: Vec<(usize, &'h Chair<'h>)> = Vec::new();
            for mark in &self.wish.marks {
                if !seats.iter().any(|(_, seat)| seat.has(*mark)) {
                    seats.push(*near.iter().find(|(_, seat)| seat.has(*mark))?);
                }
            }
            for seat in near {
                if seats.len() < self.wish.many && !seats.iter().any(|(_, one)| one.label == seat.1.label) {
                    seats.push(seat);
                }
            }
            seats.sort_by_key(|(down, seat)| (*down, seat.across));
            if seats.len() != self.wish.many {
                return None;
            }
            // The seat that is farthest counts.
            let each: Vec<_> = seats.iter().map(alone).collect();
            let farthest = |of: fn(&Group<'_>) -> u32| each.iter().map(of).max().unwrap_or(0);
            Some(Group {
                together: false,
                single_seats: self.singles_beside(hall, &seats),
                from_middle: farthest(|group| group.from_middle),
                from_best_row: farthest(|group| group.from_best_row),
                penalty: each.iter().map(|group| group.penalty).sum(),
                seats: seats.iter().map(|(_, seat)| (*seat).clone()).collect(),
                ..alone(&anchor)
            })
        };
        anchors.into_iter().filter_map(around).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Block;
    use contracts::Money;
    use std::collections::BTreeMap;

    /// Sections, each with rows of seats as they stand: `O` open, `G` held, `|` an aisle, `w`, `c` and `r` open seats
    /// with a mark, `_` a seat that was withdrawn. Labels go on through the section: `A1` to the last.
    struct Scene {
        layout: Layout,
        maps: Vec<BlockMap>,
    }

    impl Scene {
        fn of(sections: &[&[&str]]) -> Self {
            let (mut blocks, mut maps) = (Vec::new(), Vec::new());
            for (ordinal, rows) in (0..).zip(sections) {
                let section: SectionName = format!("S{ordinal}").parse().unwrap();
                let price = Money::idr(100);
                let mut block = Block {
                    ordinal,
                    id: format!("{section}#0000-x"),
                    section: section.clone(),
                    price,
                    labels: vec![],
                    prices: BTreeMap::new(),
                    withdrawn: BTreeSet::new(),
                    aisles: BTreeSet::new(),
                    marks: BTreeMap::new(),
                };
                let mut letters = String::new();
                for (row, seats) in ('A'..).zip(*rows) {
                    for (number, seat) in (1..).zip(seats.chars().filter(|seat| *seat != '|')) {
                        let label: SeatLabel = format!("{row}-{number}").parse().unwrap();
                        let mark = match seat {
                            'w' => Some(Mark::Wheelchair),
                            'c' => Some(Mark::Companion),
                            'r' => Some(Mark::RestrictedView),
                            _ => None,
                        };
                        block.marks.extend(mark.map(|mark| (label.clone(), BTreeSet::from([mark]))));
                        if seat == '_' {
                            block.withdrawn.insert(label.clone());
                        }
                        letters.push(if seat == 'G' { 'G' } else { 'O' });
                        block.labels.push(label);
                    }
                    let mut number = 0;
                    for seat in seats.chars() {
                        if seat == '|' {
                            block.aisles.insert(format!("{row}-{number}").parse().unwrap());
                        } else {
                            number += 1;
                        }
                    }
                }
                maps.push(BlockMap { letters, ..BlockMap::open(ordinal, section, 1, 0) });
                blocks.push(block);
            }
            Self { layout: Layout::new(1, blocks), maps }
        }

        fn chosen(&self, wish: &Wish, lot: u128) -> Result<(Vec<SeatLabel>, BestSeats), usize> {
            let taken = HashSet::new();
            let free = Free { layout: &self.layout, kind: EventKind::Screening, maps: &self.maps, taken: &taken };
            choose(&free, wish, 1, lot)
        }
    }

    fn wish(many: usize) -> Wish {
        Wish { many, section: None, together: true, marks: BTreeSet::new() }
    }

    fn told(outcome: Result<(Vec<SeatLabel>, BestSeats), usize>) -> String {
        match outcome {
            Ok((seats, _)) => seats.iter().map(SeatLabel::as_str).collect::<Vec<_>>().join(" "),
            Err(open) => format!("{open} open"),
        }
    }

    #[test]
    fn the_best_group_is_chosen() {
        use Mark::{Companion, RestrictedView, Wheelchair};
        let marked = |many: usize, marks: &[Mark]| Wish { marks: marks.iter().copied().collect(), ..wish(many) };
        let apart = |many: usize| Wish { together: false, ..wish(many) };
        for (rows, wish, chosen) in [
            // The middle of the row, two thirds back.
            (&["OOOOOO", "OOOOOO", "OOOOOO", "OOOOOO"][..], wish(2), "C-3 C-4"),
            // The next row is nearer than two seats to the side, and not nearer than one.
            (&["OOOOOO", "OOOOOO", "OOGGOO", "OOOOOO"], wish(2), "B-3 B-4"),
            (&["OOOO", "GGGG", "OOGG", "GGGG"], wish(2), "C-1 C-2"),
            (&["OOOOOO", "OOOOOO", "OOOOOO", "OOOOOO"], wish(6), "C-1 C-2 C-3 C-4 C-5 C-6"),
            (&["OOOOOO"], wish(7), "6 open"),
            (&["GGGGG"], wish(1), "0 open"),
            // No single seat is left over while that can be avoided.
            (&["OOOOO"], wish(2), "A-1 A-2"),
            (&["OOO", "OO"], wish(2), "B-1 B-2"),
            (&["OOO"], wish(2), "A-1 A-2"),
            // Numbers that follow each other are not beside each other across an aisle, or where a seat is gone.
            (&["O|OO"], wish(2), "A-2 A-3"),
            (&["OO|OOO|O"], wish(3), "A-3 A-4 A-5"),
            (&["O_OO"], wish(2), "A-3 A-4"),
            (&["O|O_O"], wish(2), "3 open"),
            // Places for wheelchairs are nobody else's; a restricted view is the last choice.
            (&["OOwcO"], wish(2), "A-1 A-2"),
            (&["OwcO"], wish(2), "2 open"),
            (&["OOwcO"], marked(2, &[Wheelchair, Companion]), "A-3 A-4"),
            // Who needs a wheelchair's place may have a companion's beside it.
            (&["OO|wc|O"], marked(2, &[Wheelchair]), "A-3 A-4"),
            // Without the mark there is nothing to choose from, apart or together.
            (&["OOOO"], marked(1, &[Wheelchair]), "0 open"),
            (&["wc"], marked(1, &[Wheelchair, Companion]), "0 open"),
            (&["wOO"], marked(2, &[Wheelchair, Companion]), "0 open"),
            (&["wGO"], marked(2, &[Wheelchair]), "2 open"),
            (&["OO", "rr"], wish(2), "A-1 A-2"),
            (&["OO", "rr"], marked(2, &[RestrictedView]), "B-1 B-2"),
            (&["rr"], wish(2), "A-1 A-2"),
            // Who does not mind sits near each other.
            (&["OGO", "GGG", "OGG"], apart(2), "A-1 A-3"),
            (&["OOGO"], apart(2), "A-1 A-2"),
        ] {
            assert_eq!(told(Scene::of(&[rows]).chosen(&wish, 0)), chosen, "{rows:?} {wish:?}");
        }
    }

    #[test]
    fn sections_come_in_their_order_unless_one_is_named() {
        let scene = Scene::of(&[&["OO"], &["OOOO"]]);
        assert_eq!(told(scene.chosen(&wish(2), 0)), "A-1 A-2");
        assert_eq!(told(scene.chosen(&wish(3), 0)), "A-1 A-2 A-3", "of the second");
        let named = |name: &str| Wish { section: Some(name.parse().unwrap()), ..wish(2) };
        assert_eq!(
            scene.chosen(&named("S1"), 0).unwrap().1,
            BestSeats { together: true, from_middle: 1, from_best_row: 0, single_seats: 0 }
        );
        assert_eq!(scene.chosen(&named("NONE"), 0).unwrap_err(), 0);
        // Seats of two sections are no choice.
        let one_each = Scene::of(&[&["OG"], &["O"]]);
        assert_eq!(told(one_each.chosen(&Wish { together: false, ..wish(2) }, 0)), "1 open");
    }

    #[test]
    fn what_is_apart_is_not_called_together() {
        let apart = |many: usize| Wish { together: false, ..wish(many) };
        for (rows, many, chosen, together, single_seats) in [
            (&["OG", "GO"][..], 2, "A-1 B-2", false, 0),
            (&["OGO"], 2, "A-1 A-3", false, 0),
            (&["O|O"], 2, "A-1 A-2", false, 0),
            (&["OO"], 2, "A-1 A-2", true, 0),
            // Three of these leave the fourth alone.
            (&["OOGOO"], 3, "A-1 A-2 A-4", false, 1),
        ] {
            let (seats, best) = Scene::of(&[rows]).chosen(&apart(many), 0).unwrap();
            let told: Vec<_> = seats.iter().map(SeatLabel::as_str).collect();
            let how = (told.join(" "), best.together, best.single_seats);
            assert_eq!(how, (chosen.to_owned(), together, single_seats), "{rows:?}");
        }
        let far = Scene::of(&[&["OG", "GG", "GG", "GO"]]).chosen(&apart(2), 0).unwrap().1;
        assert_eq!((far.from_middle, far.from_best_row), (0, 2), "the farthest counts");
    }

    #[test]
    fn no_lot_takes_a_restricted_view_while_there_is_another() {
        let drawn = |rows: &[&str], wish: &Wish| -> HashSet<String> {
            (0..64).map(|lot| told(Scene::of(&[rows]).chosen(wish, lot))).collect()
        };
        assert_eq!(drawn(&["OO", "rr"], &wish(2)), ["A-1 A-2".to_owned()].into());
        assert_eq!(drawn(&["rr", "rr"], &wish(2)).len(), 2);
        assert!(drawn(&["OrOrOO"], &wish(2)).iter().all(|seats| seats == "A-5 A-6"));
    }

    #[test]
    fn a_crowd_is_scattered_over_the_best_few_and_wider_at_each_try() {
        let row = "O".repeat(40);
        let scene = Scene::of(&[&[row.as_str(); 8]]);
        let drawn = |tries: u32| -> HashSet<Vec<SeatLabel>> {
            let taken = HashSet::new();
            let free = Free { layout: &scene.layout, kind: EventKind::Concert, maps: &scene.maps, taken: &taken };
            (0..1000).map(|lot| choose(&free, &wish(2), tries, lot).unwrap().0).collect()
        };
        let (first, second) = (drawn(1), drawn(2));
        // 8 rows have 37 pairs each that leave no single seat over.
        assert_eq!((first.len(), second.len()), (8 * 37 / SHARE, 8 * 37 / SHARE * 4));
        assert!(first.is_subset(&second));
    }
}
