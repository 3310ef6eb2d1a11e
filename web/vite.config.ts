import react from "@vitejs/plugin-react";
import {defineConfig} from "vite";

import {STYLES, unusedStyles} from "./unused_styles";

// Nothing is inlined: the pages' policy allows files of this server alone.
export default defineConfig({
  base: "/app/",
  plugins: [react(), unusedStyles()],
  // For `npx vite`: a running server stands behind all but the pages.
  server: {proxy: {"^/(?!app/)": process.env["SERVER"] ?? "http://127.0.0.1:8080"}},
  build: {
    outDir: process.env["DIST"] ?? "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    target: "es2022",
    reportCompressedSize: false,
    rollupOptions: {output: {assetFileNames: ({names}) =>
      names.includes("index.css") ? STYLES : "assets/[name]-[hash][extname]"}},
  },
});
