// What jemalloc is told at its start; MALLOC_CONF in the environment has the last word.

/// Sessions lie all over the heap, and a prefetch to a page that the TLB does not know takes as
/// long as a read: huge pages let the TLB know them all.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always";
}
