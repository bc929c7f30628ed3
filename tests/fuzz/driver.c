/* Replay the corpus of the target that this program is: corpus/NAME for f-NAME, as TAP. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/mem.h"
#include "fuzz.h"

static int replay(const char *path, const char *name, unsigned n)
{
	struct gk_buf bytes = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	uint8_t *exact;

	if (gk_io_read_file(path, 1 << 24, &bytes, &err)) {
		printf("not ok %u - %s cannot be read\n", n, name);
		return 1;
	}
	/* its own allocation of just this size, so that a sanitizer sees any read beyond it */
	exact = gk_xmalloc(bytes.n ? bytes.n : 1);
	if (bytes.n)
		memcpy(exact, bytes.p, bytes.n);
	(void)LLVMFuzzerTestOneInput(exact, bytes.n);
	gk_free(exact);
	gk_buf_done(&bytes);
	printf("ok %u - %s\n", n, name);
	return 0;
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir"), *name = argc ? strrchr(argv[0], '/') : NULL;
	struct dirent **entries;
	char dir[4096], path[4608];
	int count, failed = 0;
	unsigned n = 0;

	name = strstr(name ? name : argv[0], "f-");
	snprintf(dir, sizeof dir, "%s/tests/fuzz/corpus/%s", top ? top : ".", name ? name + 2 : "");
	count = scandir(dir, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
			failed += replay(path, entries[i]->d_name, ++n);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	printf("1..%u\n", n);
	return failed || !n;
}
