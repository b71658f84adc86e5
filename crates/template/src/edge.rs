//! What `infra/edge.yaml` says of pages: the headers that each has.

use crate::{Error, members, yaml};

/// The template of what stands before pages and API, as it ships.
pub const TEXT: &str = include_str!("../../../infra/edge.yaml");

/// The names and values of the headers that CloudFront adds to every page (`AWS::CloudFront::ResponseHeadersPolicy`).
///
/// # Errors
///
/// If the template has no such policy, or one with a header that is not known here.
pub fn page_headers() -> Result<Vec<(String, String)>, Error> {
    let template = yaml::parse(TEXT)?;
    let policy = members(&template["Resources"])
        .find(|(_, resource)| resource["Type"] == "AWS::CloudFront::ResponseHeadersPolicy")
        .map(|(_, resource)| &resource["Properties"]["ResponseHeadersPolicyConfig"])
        .ok_or("infra/edge.yaml has no headers of pages")?;
    let mut headers = Vec::new();
    for (kind, said) in members(&policy["SecurityHeadersConfig"]) {
        let (name, value) = match kind {
            "ContentSecurityPolicy" => ("content-security-policy", said[kind].as_str()),
            "ContentTypeOptions" => ("x-content-type-options", Some("nosniff")),
            "FrameOptions" => ("x-frame-options", said["FrameOption"].as_str()),
            "ReferrerPolicy" => ("referrer-policy", said[kind].as_str()),
            // Over http it is ignored (RFC 6797, section 8.1).
            "StrictTransportSecurity" => continue,
            other => return Err(format!("the header {other} of infra/edge.yaml is not known").into()),
        };
        headers.push((name.to_owned(), value.ok_or("a header of infra/edge.yaml has no value")?.to_owned()));
    }
    for item in policy["CustomHeadersConfig"]["Items"].as_array().into_iter().flatten() {
        let text = |member: &str| item[member].as_str().map(str::to_owned);
        headers.push(text("Header").zip(text("Value")).ok_or("a header of infra/edge.yaml has no value")?);
    }
    Ok(headers)
}

/// The code of the function that finds an address's document.
pub fn documents_code() -> Result<String, Error> {
    let template = yaml::parse(TEXT)?;
    let code = template["Resources"]["Documents"]["Properties"]["FunctionCode"].as_str().map(str::to_owned);
    code.ok_or_else(|| "infra/edge.yaml has no function for documents".into())
}
