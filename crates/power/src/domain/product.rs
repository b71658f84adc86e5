//! Products, the nominals that are sold: what is checked in a draft, and how a product changes.

use contracts::{Money, Problem, ProductId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The namespace of products' ids, which are derived from their nominal: one nominal is one product.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b61_7263_6973_4b42_8f6f_6b69_6e67_0005);

/// The highest nominal: ten million rupiah, in minor units.
const DEAREST: u64 = 1_000_000_000;

/// A nominal that is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// What the token is worth, tax included.
    pub nominal: Money,
    /// What the buyer pays on top of the nominal.
    pub admin_fee: Money,
    /// Is it sold?
    pub active: bool,
    /// When it was put up.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: u64,
}

/// What an admin sends to add a product, or to change one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductDraft {
    /// Whole rupiah, above 0, at most ten million. It stays as it is.
    pub nominal: Money,
    /// Whole rupiah, no more than the nominal.
    pub admin_fee: Money,
    /// Is it sold? If not given, a new product is sold, and an existing one stays as it is.
    pub active: Option<bool>,
}

impl ProductDraft {
    /// Checks every field.
    pub fn check(&self) -> Result<(), Problem> {
        if !self.nominal.is_price() || self.nominal.amount > DEAREST {
            return Err(Problem::invalid("nominal", "Whole rupiah, above 0 and at most ten million."));
        }
        if !self.admin_fee.amount.is_multiple_of(100) || self.admin_fee.amount > self.nominal.amount {
            return Err(Problem::invalid("admin_fee", "Whole rupiah, and no more than the nominal."));
        }
        Ok(())
    }

    /// The id of the product of this nominal.
    pub fn id(&self) -> ProductId {
        ProductId::new(Uuid::new_v5(&NAMESPACE, &self.nominal.amount.to_be_bytes()))
    }

    /// A new product from this draft, which must have been checked.
    pub fn product(&self, now: Timestamp) -> Product {
        let Self { nominal, admin_fee, active } = *self;
        let active = active.unwrap_or(true);
        Product { id: self.id(), nominal, admin_fee, active, created_at: now, updated_at: now, version: 1 }
    }
}

impl contracts::Versioned for Product {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Product {
    /// What a buyer pays: nominal and fee. `None` if there is no such sum.
    pub fn total(&self) -> Option<Money> {
        Money::sum([self.nominal, self.admin_fee])
    }

    /// The product with the data of `draft`, which must have been checked. If nothing is new, the product stays as it
    /// is, with its version.
    #[must_use]
    pub fn redrawn(&self, draft: &ProductDraft, now: Timestamp) -> Self {
        let (admin_fee, active) = (draft.admin_fee, draft.active.unwrap_or(self.active));
        if (admin_fee, active) == (self.admin_fee, self.active) {
            return self.clone();
        }
        Self { admin_fee, active, updated_at: now, version: self.version + 1, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(nominal: u64, admin_fee: u64) -> ProductDraft {
        ProductDraft { nominal: Money::idr(nominal), admin_fee: Money::idr(admin_fee), active: None }
    }

    #[test]
    fn a_draft_names_the_field_that_is_wrong() {
        assert!(draft(2_000_000, 150_000).check().is_ok() && draft(2_000_000, 0).check().is_ok());
        for (field, nominal, fee) in [
            ("nominal", 0, 0),
            ("nominal", 150, 0),
            ("nominal", DEAREST + 100, 0),
            ("admin_fee", 2_000_000, 50),
            ("admin_fee", 2_000_000, 2_000_100),
        ] {
            assert_eq!(draft(nominal, fee).check().unwrap_err().body()["field"], field, "{nominal} {fee}");
        }
    }

    #[test]
    fn one_nominal_is_one_product_and_the_fee_is_paid_besides() {
        assert_eq!(draft(2_000_000, 0).id(), draft(2_000_000, 150_000).id());
        let product = draft(2_000_000, 150_000).product(Timestamp::from_millis(0));
        assert_eq!(product.total(), Some(Money::idr(2_150_000)));
        assert_eq!(product.redrawn(&draft(2_000_000, 150_000), Timestamp::from_millis(9)), product);
        let dearer = product.redrawn(&draft(2_000_000, 200_000), Timestamp::from_millis(9));
        assert_eq!((dearer.version, dearer.active), (2, true));
    }
}
