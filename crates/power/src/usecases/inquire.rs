use crate::domain::{Meter, MeterQuery, Rates};
use crate::ports::{Inquiry, Meters, PowerCompany};
use contracts::{Code, Problem};

/// Looks up a meter, and refuses one that nothing may be sold to.
///
/// The power company is asked each time, because it may have blocked the meter since. For the owner and the connection,
/// what is kept here takes precedence over what the company says, whichever number the caller gave. A meter for which
/// the table of rates has no line is not sold to.
pub async fn inquire(
    meters: &dyn Meters,
    company: &dyn PowerCompany,
    rates: &Rates,
    number: &MeterQuery,
) -> Result<Meter, Problem> {
    let kept = sold_to(meters.find(number).await?)?;
    let asked = kept.as_ref().map_or_else(|| number.clone(), |meter| MeterQuery::Meter(meter.number.clone()));
    let meter = match company.inquire(&asked).await {
        Ok(Inquiry::Found(meter)) => {
            let kept = match kept {
                // The company may know the customer of a meter that is kept here without one.
                None if matches!(number, MeterQuery::Customer(_)) => {
                    sold_to(meters.find(&MeterQuery::Meter(meter.number.clone())).await?)?
                }
                kept => kept,
            };
            kept.unwrap_or(meter)
        }
        Ok(Inquiry::Unknown) => return Err(Problem::new(Code::MeterUnknown)),
        Ok(Inquiry::OtherTariff) => kept.ok_or_else(|| Problem::new(Code::TariffNotSold))?,
        Ok(Inquiry::Blocked) => return Err(Problem::new(Code::MeterBlocked)),
        Err(why) => return Err(Problem::new(Code::PowerUnavailable).caused_by(why)),
    };
    if rates.price(&meter.connection).is_none() {
        return Err(Problem::new(Code::TariffNotSold));
    }
    Ok(meter)
}

fn sold_to(kept: Option<Meter>) -> Result<Option<Meter>, Problem> {
    if kept.as_ref().is_some_and(|meter| meter.blocked) { Err(Problem::new(Code::MeterBlocked)) } else { Ok(kept) }
}
