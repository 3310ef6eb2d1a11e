// Fontconfig and GLib keep tables until the process ends, which LeakSanitizer takes for leaks. What
// a paper itself holds is watched by the test of two hundred papers (tests/e2e/test_form_paper.py).

// The name is the sanitizer's own.
extern "C" const char* __lsan_default_suppressions();   // NOLINT
extern "C" const char* __lsan_default_suppressions() {  // NOLINT
  return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\n";
}
