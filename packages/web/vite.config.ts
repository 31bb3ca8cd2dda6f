/** The page as static files that work under any path: relative addresses, one module worker, no inline script or style. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { offline } from './offline.ts'

export default defineConfig({
  base: './',
  plugins: [react(), offline()],
  resolve: { conditions: ['capline-source', 'module', 'browser', 'development|production'] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // No data: addresses, so that the policy needs no exception for them; no helper that would be inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
})
