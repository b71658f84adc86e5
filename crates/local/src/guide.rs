//! The guide for newcomers that `karcis` prints once everything runs.

use crate::Cloud;
use crate::options::Options;
use crate::seed::{LOG_INS, PASSWORD};
use template::ON_THIS_MACHINE;

/// URLs, log-ins, and what to try next.
pub fn guide(cloud: &Cloud, options: &Options) -> String {
    let mut text = String::new();
    let mut line = |written: String| {
        text.push_str(&written);
        text.push('\n');
    };
    line(String::new());
    line("Karcis is running.".into());
    line(String::new());
    line(format!("  Pages      {}", cloud.url));
    line(format!("  API        {}/api/events", cloud.url));
    line(format!("  API docs   {}/_local/api", cloud.url));
    line(format!("  Mail       {}/_local/mail   (nothing leaves this machine)", cloud.url));
    line(format!(
        "  AWS APIs   {}   (DynamoDB, SQS, SNS, SES, S3, Lambda, logs; key karcis, secret karcis-local-only)",
        cloud.aws_url
    ));
    line(if options.ephemeral {
        "  State      temporary; it ends with this process".into()
    } else {
        format!("  State      {}   (delete it to begin anew)", options.data_dir.display())
    });
    let rate = |parameter: &str| {
        let usual = ON_THIS_MACHINE.iter().find(|(name, _)| *name == parameter).map_or("0", |(_, rate)| rate);
        options.parameters.get(parameter).cloned().unwrap_or_else(|| usual.to_owned())
    };
    line(format!(
        "  Failures   organiser {}, payment {}, power {}   (as outside systems fail; --calm for none)",
        rate("OrganiserFailureRate"),
        rate("PaymentFailureRate"),
        rate("PowerFailureRate"),
    ));
    if let Some(why) = &cloud.sample_failure {
        line(String::new());
        line(format!("  Not all of the sample data is in: {why}"));
        line("  `cargo run -- seed` adds what is missing to the running Karcis.".into());
    }
    line(String::new());
    line(format!("  Log-ins, all with the password {PASSWORD}:"));
    for (email, _, role) in LOG_INS {
        line(format!("    {email:<24} {role}"));
    }
    line(String::new());
    line("  Try next:".into());
    line(format!("    curl -s {}/api/events", cloud.url));
    line(format!(
        "    curl -s {}/api/login -d '{{\"email\":\"buyer@karcis.test\",\"password\":\"{PASSWORD}\"}}'",
        cloud.url
    ));
    line("  README.md goes on from there to a ticket. Ctrl-C stops.".into());
    text
}
