//! The migrations of the table `catalogue`: what items from earlier releases lack, and how to fill it in.

use contracts::folded;
use table::Item;
use table::migration::{Migration, list, text_of, texts, texts_of};

/// The migrations of the table `catalogue`, in order.
pub const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, what: "movies are found by their folded titles and genres", fill: fold_titles }];

fn fold_titles(item: &Item) -> Item {
    let (Some("MOVIE"), Some(title)) = (text_of(item, "SK"), text_of(item, "title")) else { return Item::new() };
    let mut filled = texts(&[("title_folded", folded(title))]);
    filled.insert("genres_folded".to_owned(), list(texts_of(item, "genres").map(folded)));
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_movies_are_folded() {
        let mut movie = texts(&[("SK", "MOVIE".into()), ("title", "Café Senja".into())]);
        movie.insert("genres".to_owned(), list(["Komedi".to_owned(), "Drama".to_owned()].into_iter()));
        let filled = fold_titles(&movie);
        assert_eq!(text_of(&filled, "title_folded"), Some("cafe senja"));
        assert_eq!(texts_of(&filled, "genres_folded").collect::<Vec<_>>(), ["komedi", "drama"]);
        assert!(fold_titles(&texts(&[("SK", "SCREENING#1".into()), ("title", "x".into())])).is_empty());
    }
}
