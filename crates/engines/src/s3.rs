use crate::{ACCESS_KEY, SECRET_KEY};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::path::Path;
use template::Error;

/// Makes the buckets: S3 with files on disk, which checks signatures and their expiry.
pub fn start(directory: &Path, buckets: &[String]) -> Result<S3Service, Error> {
    for bucket in buckets {
        std::fs::create_dir_all(directory.join(bucket))?;
    }
    let files = FileSystem::new(directory).map_err(|e| format!("S3: {e:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    Ok(service.build())
}
