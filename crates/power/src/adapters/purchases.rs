//! Keeps purchases in DynamoDB, and counts them within their meters' months.

use crate::adapters::keys;
use crate::domain::{Purchase, PurchaseStatus, Transition};
use crate::ports::{Claim, Inserted, Purchases};
use async_trait::async_trait;
use aws_sdk_dynamodb::types::TransactWriteItem;
use contracts::{Failure, Page, PageRequest, PurchaseId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use table::{Lease, Table, Transaction, attribute, create, number, put_part, update_part, value};

/// Purchases and the months of their meters in the table `power`; see `keys`. Every change of a purchase is conditional
/// on its `version`, so that news that comes late, twice or out of order changes nothing.
#[derive(Debug, Clone)]
pub struct DynamoPurchases(Table);

/// The parts of the write that keeps a new purchase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Purchase,
    Month,
    Last,
}

/// Which purchase of a product for a meter was a buyer's last.
#[derive(Serialize, Deserialize)]
struct Last {
    purchase: PurchaseId,
}

impl DynamoPurchases {
    /// In this table.
    pub fn new(table: Table) -> Self {
        Self(table)
    }

    /// Adds this purchase to its meter's month, if the limit has room for it.
    fn count_in(&self, new: &Purchase) -> Result<TransactWriteItem, Failure> {
        let room = new.connection.month_limit().hundredths().saturating_sub(new.kwh.hundredths());
        let update = self
            .0
            .part_update(&keys::month(&new.month, &new.meter_number))
            .update_expression("ADD kwh :kwh")
            .condition_expression("attribute_not_exists(kwh) OR kwh <= :room")
            .expression_attribute_values(":kwh", number(new.kwh.hundredths()))
            .expression_attribute_values(":room", number(room));
        update_part(update)
    }

    /// Notes this purchase as the last of its kind, if there is none or the last one is `over`.
    fn is_last(&self, new: &Purchase, over: Option<PurchaseId>, again: bool) -> Result<TransactWriteItem, Failure> {
        let put = self.0.part_put(&keys::last(new), &Last { purchase: new.id })?;
        put_part(match over {
            _ if again => put,
            None => put.condition_expression("attribute_not_exists(PK)"),
            Some(over) => put
                .condition_expression("attribute_not_exists(PK) OR purchase = :over")
                .expression_attribute_values(":over", attribute(over)?),
        })
    }

    /// Takes this purchase out of its meter's month.
    fn count_out(&self, ended: &Purchase) -> Result<TransactWriteItem, Failure> {
        let update = self
            .0
            .part_update(&keys::month(&ended.month, &ended.meter_number))
            .update_expression("ADD kwh :kwh")
            .expression_attribute_values(":kwh", number(format!("-{}", ended.kwh.hundredths())));
        update_part(update)
    }
}

#[async_trait]
impl Purchases for DynamoPurchases {
    async fn insert(&self, new: &Purchase, again: bool) -> Result<Inserted, Failure> {
        let mut over = None;
        loop {
            let own = create(self.0.name(), &keys::purchase(new.id), &keys::listed_purchase(new))?;
            let (month, last) = (self.count_in(new)?, self.is_last(new, over, again)?);
            let parts = [(Of::Purchase, own), (Of::Month, month), (Of::Last, last)];
            let refusals = match self.0.transact(Transaction::from_iter(parts)).await? {
                Ok(()) => return Ok(Inserted::New),
                Err(refusals) => refusals,
            };
            let kept = |of| refusals.iter().find(|refusal| refusal.of == of).map(|refusal| refusal.item.clone());
            let none = || Failure::transient("keep a purchase", "it is there, and then it is not");
            // If the purchase exists already, that is the answer, whatever else would refuse it a second time.
            if let Some(item) = kept(Of::Purchase) {
                return Ok(Inserted::Existing(Box::new(value(item.ok_or_else(none)?)?)));
            }
            let Some(item) = kept(Of::Last) else { return Ok(Inserted::OverLimit) };
            let Last { purchase } = value(item.ok_or_else(none)?)?;
            match self.get(purchase).await? {
                Some(last) if last.status.is_under_way() => return Ok(Inserted::UnderWay(purchase)),
                // It is over. If another purchase took its place meanwhile, that one is looked at.
                _ => over = Some(purchase),
            }
        }
    }

    async fn get(&self, id: PurchaseId) -> Result<Option<Purchase>, Failure> {
        self.0.get(&keys::purchase(id)).await
    }

    async fn change(
        &self,
        before: &Purchase,
        change: &Transition,
        now: Timestamp,
    ) -> Result<Option<Purchase>, Failure> {
        const UNCHANGED: &str = "version = :before";
        let after = before.after(change, now);
        let (key, new) = (keys::purchase(after.id), keys::listed_purchase(&after));
        let done = if change.frees_month {
            let put = self.0.part_put(&key, &new)?.condition_expression(UNCHANGED);
            let put = put_part(put.expression_attribute_values(":before", number(before.version)))?;
            self.0.all_or_none([put, self.count_out(before)?]).await?
        } else {
            self.0.put_if(&key, &new, UNCHANGED, [(":before", number(before.version))]).await?.is_ok()
        };
        Ok(done.then_some(after))
    }

    async fn of_buyer(&self, buyer: UserId, asked: &PageRequest) -> Result<Option<Page<Purchase>>, Failure> {
        keys::page(&self.0, &keys::purchases(buyer), asked, keys::purchase_place, |_| true).await
    }

    async fn claim_notice(&self, id: PurchaseId, about: PurchaseStatus, now: Timestamp) -> Result<Claim, Failure> {
        Ok(match self.0.lease(&keys::notice(id, about), now).await? {
            Lease::Ours => Claim::Ours,
            Lease::Busy => Claim::Busy,
            Lease::Done => Claim::Done,
        })
    }

    async fn told(&self, id: PurchaseId, about: PurchaseStatus, forget: bool) -> Result<(), Failure> {
        self.0.lease_done(&keys::notice(id, about)).await?;
        if forget {
            let update = self
                .0
                .update(&keys::purchase(id))
                .update_expression("REMOVE contact")
                .condition_expression("#status = :about")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":about", attribute(about)?);
            self.0.apply(update).await.map(drop)?;
        }
        Ok(())
    }
}
