//! The whole local cloud: starts the engines, the functions, their sources and the door.

use crate::door::Door;
use crate::functions::Functions;
use crate::options::Options;
use crate::sockets::Live;
use crate::{migrate, rights, seed, sources};
use contracts::{SystemWorld, World};
use engines::{ACCESS_KEY, Engines, SECRET_KEY};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use template::{AccessLogSpec, Error, STACK, Surroundings, TEXT, Template, keys};
use tokio::net::TcpListener;
use triggers::Throttles;
use triggers::gateway::{AccessLog, Gateway};
use triggers::runtime_environment;
use triggers::sockets::Sockets;

/// A running local cloud. It ends with its process.
pub struct Cloud {
    /// The URL of the API and the local pages.
    pub url: String,
    /// The URL of AWS's APIs.
    pub aws_url: String,
    /// The engines.
    pub engines: Engines,
    /// The functions.
    pub functions: Arc<Functions>,
    /// The environment variables that Lambda gives every function.
    pub runtime: Vec<(String, String)>,
    /// The keys of this stack.
    pub keys: BTreeMap<String, String>,
    /// Why the sample data is not all there, if it is not.
    pub sample_failure: Option<Error>,
    _directory: Directory,
}

impl Cloud {
    /// Starts everything and answers once it serves and the sample data is in.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        Self::start_in(options, Arc::new(SystemWorld), true).await
    }

    /// As [`Cloud::start`], with the caller's own clock and ids. Without `fed`, no queue, stream or schedule calls a
    /// function.
    pub async fn start_in(options: &Options, world: Arc<dyn World>, fed: bool) -> Result<Self, Error> {
        let kept = Directory::open(options)?;
        let directory = kept.path.clone();
        std::fs::create_dir_all(directory.join("streams"))?;
        let keys = keys::kept(&directory)?;
        let (door, aws) = (listen(options.host, options.port).await?, listen(options.host, options.aws_port).await?);
        // People and functions get an address that they can reach, even if the process listens on all addresses.
        let local = IpAddr::from([127, 0, 0, 1]);
        let host = if options.host.is_unspecified() { local } else { options.host };
        let url = format!("http://{host}:{}", door.local_addr()?.port());
        let aws_url = format!("http://{host}:{}", aws.local_addr()?.port());

        let around = Surroundings::local(&options.parameters, &keys, &url, &aws_url);
        let mut template = Template::read(TEXT, &around)?;
        template.functions.retain(|function| !options.absent.contains(&function.package));
        for (package, action) in &options.denied {
            let denied = template.functions.iter_mut().filter(|function| function.package == *package);
            denied.flat_map(|function| &mut function.rights).for_each(|right| right.take_away(action));
        }
        let engines = Engines::start(&template, &directory, options.ephemeral, aws).await?;
        let dynamodb_url = format!("http://{}", engines.dynamodb_address);
        let endpoints = [("AWS_ENDPOINT_URL", aws_url.clone()), ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url)];
        let runtime = runtime_environment(ACCESS_KEY, SECRET_KEY, endpoints);
        let watch = options.watch.clone().map(|watch| watch.0);
        for source in &template.sources {
            rights::check_source(source, &template.functions, watch.as_deref())?;
        }
        let functions = Arc::new(
            Functions::start(&template, &runtime, &world, options.concurrency, &engines.logs, &aws_url, watch.as_ref())
                .await?,
        );
        let groups = template.functions.iter().map(|function| &function.log_group);
        engines.logs.has(groups.chain(template.access_log.as_ref().map(|log| &log.group)).cloned().collect());
        engines.lambda.has(functions.clone(), template.functions);
        engines.secrets.has(template.keys_secret, &keys);
        // The directory may hold data of an earlier version.
        migrate::migrate(&runtime.iter().cloned().collect(), STACK).await?;
        let ready = Arc::new(AtomicBool::new(false));
        let gateway = Gateway {
            routes: template.routes,
            authorizer: template.authorizer,
            cors: template.cors,
            throttles: Throttles::new(template.throttles),
            functions: functions.clone(),
            // In AWS, the gateway has a clock and request ids of its own, independent of the functions'.
            world: Arc::new(SystemWorld),
            verdicts: Mutex::default(),
            request_time: options.request_time,
            access_log: template.access_log.map(|AccessLogSpec { group, format }| {
                let logs = Arc::clone(&engines.logs);
                AccessLog { format, write: Box::new(move |line| logs.write(&group, "gateway", line)) }
            }),
        };
        let (ready_now, ses) = (Arc::clone(&ready), Arc::clone(&engines.ses));
        let live = Arc::new(Live {
            sockets: Sockets { routes: template.sockets, functions: functions.clone(), world: Arc::new(SystemWorld) },
            connections: Arc::clone(&engines.connections),
            limits: options.socket_limits,
        });
        let web = web::Pages::new()?;
        tokio::spawn(Arc::new(Door { gateway, web, live, ready: ready_now, ses }).serve(door));
        if fed {
            sources::start(&template.sources, &engines, &functions, &directory);
            sources::start_schedules(&template.schedules, &functions, &engines.sqs);
        }
        // Without all of the sample data Karcis is of use all the same.
        let sample_failure = if options.bare { None } else { seed::seed(&url, &functions).await.err() };
        ready.store(true, Ordering::Release);
        Ok(Self { url, aws_url, engines, functions, runtime, keys, sample_failure, _directory: kept })
    }
}

/// Where the state is kept, for this process alone.
struct Directory {
    path: PathBuf,
    _temporary: Option<TempDir>,
    _lock: Option<File>,
}

impl Directory {
    fn open(options: &Options) -> Result<Self, Error> {
        if options.ephemeral {
            let temporary = tempfile::tempdir()?;
            return Ok(Self { path: temporary.path().to_owned(), _temporary: Some(temporary), _lock: None });
        }
        let shown = options.data_dir.display();
        let usable = |why: std::io::Error| format!("the data directory {shown} cannot be used: {why}");
        std::fs::create_dir_all(&options.data_dir).map_err(usable)?;
        let path = options.data_dir.canonicalize().map_err(usable)?;
        // Two processes with the same tables would sell a seat twice. The lock ends with its process, however that
        // ends.
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(usable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _temporary: None, _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => {
                let advice = "stop it, or choose another directory with --data-dir";
                Err(format!("another Karcis uses the data directory {shown}: {advice}").into())
            }
            Err(TryLockError::Error(why)) => Err(usable(why).into()),
        }
    }
}

async fn listen(host: IpAddr, port: u16) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind((host, port)).await;
    bound.map_err(|e| format!("port {port} cannot be used ({e}); choose another with --port or --aws-port").into())
}
