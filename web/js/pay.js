// The address in mails and answers where an invoice is paid: it leads to what the invoice is for.

import { ask } from "./api.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, html, show } from "./view.js";
import { say } from "./words.js";

// Whose page shows what a client of payments sells.
const places = { ticketing: "booking", power: "purchase" };

async function lead() {
  show(html`<${Waiting} />`);
  try {
    const invoice = await ask("GET", `/invoices/${location.pathname.split("/")[2] ?? ""}`);
    location.replace(`/${places[invoice.client] ?? "booking"}/${invoice.reference}`);
  } catch (error) {
    if (error.status === 404 || error.status === 422) error.message = say("pay.elsewhere");
    show(html`<${Failed} error=${error} again=${error.status === 404 || error.status === 422 ? null : lead} />`);
  }
}

if (!session()) await signIn("account.needed");
lead();
