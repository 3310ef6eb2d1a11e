import react from "@vitejs/plugin-react";
import {defineConfig} from "vite";

// Nothing is inlined: the pages' policy allows files of this server alone.
export default defineConfig({
  base: "/app/",
  plugins: [react()],
  build: {
    outDir: process.env["DIST"] ?? "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    target: "es2022",
    reportCompressedSize: false,
  },
});
