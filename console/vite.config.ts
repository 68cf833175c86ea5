/** Builds the console into console/dist, with hashed file names. The gateway serves these files. */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsDir: 'assets',
    // Disables `data:` URLs, because the Content-Security-Policy blocks `data:` URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // Hides warnings about the directive 'use client' in libraries, because this build has no
    // server components.
    rolldownOptions: {
      onwarn: (warning, warn) => void (warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning)),
    },
  },
})
