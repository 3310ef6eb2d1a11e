// node pack.mjs DIST OUT_DIR: the built pages as a C++ source, dashboard_files.cpp, that embeds
// each file as it is and compressed (gzip, RFC 1952).
import {createHash} from "node:crypto";
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {extname, join, relative} from "node:path";
import {gzipSync} from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const [, , dist, out] = process.argv;
mkdirSync(out, {recursive: true});

const filesIn = (folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? filesIn(path) : [path];
});

const arrays = [];
const rows = [];
filesIn(dist).forEach((path, index) => {
  const name = relative(dist, path);
  const type = TYPES[extname(name)];
  if (type === undefined) throw new Error(`no media type for ${name}`);
  const content = readFileSync(path);
  const plain = join(out, `${index}.plain`);
  const packed = join(out, `${index}.gz`);
  writeFileSync(plain, content);
  writeFileSync(packed, gzipSync(content, {level: 9}));
  const tag = createHash("sha256").update(content).digest("hex").slice(0, 32);
  arrays.push(`constexpr unsigned char kPlain${index}[] = {\n#embed "${plain}"\n};`,
              `constexpr unsigned char kPacked${index}[] = {\n#embed "${packed}"\n};`);
  rows.push(`    {"${name}", "${type}", "${tag}", text(kPlain${index}), text(kPacked${index})},`);
});

writeFileSync(join(out, "dashboard_files.cpp"), `#include "app/dashboard_site.h"

// #embed came to C++ with C++26; this compiler has it already.
#pragma clang diagnostic ignored "-Wc23-extensions"

namespace chartbell {
namespace {

template <std::size_t N>
std::string_view text(const unsigned char (&bytes)[N]) {
  return {reinterpret_cast<const char*>(bytes), N};
}

${arrays.join("\n")}

}  // namespace

std::span<const DashboardFile> dashboard_files() {
  static const DashboardFile kFiles[] = {
${rows.join("\n")}
  };
  return kFiles;
}

}  // namespace chartbell
`);
