#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "base/tty.h"

/* A line without its end; false when none came.  A signal ends the wait. */
static bool read_line(int fd, struct gk_buf *line)
{
	char c;

	while (read(fd, &c, 1) == 1) {
		if (c == '\n')
			return true;
		gk_buf_putc(line, c);
	}
	return false;
}

enum gk_answer gk_tty_ask(const char *question)
{
	GK_AUTO(gk_buf_done) struct gk_buf line = GK_BUF_INIT(4096);
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	enum gk_answer answer = GK_ANSWER_NONE;

	if (fd < 0)
		return GK_ANSWER_NONE;
	if (gk_io_write_all(fd, question, strlen(question)) == 0 && read_line(fd, &line))
		answer = gk_str_is(gk_str_trim(gk_buf_str(&line)), "yes") ? GK_ANSWER_YES
									  : GK_ANSWER_NO;
	(void)close(fd);
	return answer;
}
