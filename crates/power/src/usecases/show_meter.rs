use crate::domain::{MeterQuery, MeterView};
use crate::ports::{Meters, PowerCompany, Products, RateTable};
use crate::usecases::{inquire, list_products};
use contracts::{PageRequest, Problem};

/// Whose meter it is, and what is on sale for it: with the energy that each nominal buys, so that buyers know it before
/// they pay.
pub async fn show_meter(
    meters: &dyn Meters,
    products: &dyn Products,
    rates: &dyn RateTable,
    company: &dyn PowerCompany,
    number: &MeterQuery,
) -> Result<MeterView, Problem> {
    let rates = rates.get().await?;
    let meter = inquire(meters, company, &rates, number).await?;
    let all = PageRequest::new(Some(PageRequest::MOST), None)?;
    let on_sale = list_products(products, false, &all).await?;
    Ok(meter.view(&on_sale.items, &rates))
}
