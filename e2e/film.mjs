// Films a page: the pictures that the browser sends while something moves become a video file, by ffmpeg.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/// Begins to film. `on(page)` films that page from then on, `still(seconds)` lets what is shown stand, `save(path)`
/// writes the video (WebM) and ends.
export async function film(width, height) {
  const folder = await mkdtemp(join(tmpdir(), "karcis-film-"));
  const frames = [];
  let session;

  async function on(page) {
    await session?.send("Page.stopScreencast");
    session = await page.context().newCDPSession(page);
    session.on("Page.screencastFrame", async ({ data, sessionId, metadata }) => {
      frames.push({ data, at: metadata.timestamp });
      await session.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
    });
    await session.send("Page.startScreencast", { format: "jpeg", quality: 90, maxWidth: width, maxHeight: height });
  }

  async function save(path) {
    await session.send("Page.stopScreencast");
    const list = [];
    for (const [place, { data, at }] of frames.entries()) {
      const picture = join(folder, `${place}.jpg`);
      await writeFile(picture, Buffer.from(data, "base64"));
      // Nothing moved until the next picture came.
      const next = frames[place + 1]?.at ?? at + 1;
      list.push(`file '${picture}'`, `duration ${Math.max(next - at, 0.01).toFixed(3)}`);
    }
    await writeFile(join(folder, "list.txt"), `${list.join("\n")}\n`);
    const size = `${width}:${height}`;
    const shape = `scale=${size}:force_original_aspect_ratio=decrease,pad=${size}:-1:-1:color=white`;
    await run("ffmpeg", [
      ...["-y", "-loglevel", "error", "-f", "concat", "-safe", "0", "-i", join(folder, "list.txt")],
      ...["-vf", `${shape},fps=25`, "-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "36"],
      ...["-deadline", "realtime", "-cpu-used", "8", path],
    ]);
    await rm(folder, { recursive: true });
    return frames.length;
  }

  const still = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return { on, still, save };
}

function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", () => reject(new Error(`${program} is missing: apt-get install ${program}`)));
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
  });
}
