/*
 * floor LIST: what libyaml alone needs for the files that are named, one a line, in the file
 * LIST.  Each is read, parsed and its events are given to libyaml's emitter, which writes to
 * stdout: no tree, no rules.  A renderer that uses libyaml cannot be cheaper.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static void fail(const char *what, const char *file)
{
	fprintf(stderr, "floor: %s %s\n", what, file);
	exit(1);
}

static void copy(yaml_emitter_t *to, FILE *in, const char *file)
{
	yaml_parser_t from;
	yaml_event_t event;

	if (!yaml_parser_initialize(&from))
		fail("no memory for", file);
	yaml_parser_set_input_file(&from, in);
	for (yaml_event_type_t type = YAML_NO_EVENT; type != YAML_STREAM_END_EVENT;) {
		if (!yaml_parser_parse(&from, &event))
			fail("cannot parse", file);
		type = event.type;
		/* One stream goes out, whatever the number of files that come in. */
		if (type == YAML_STREAM_START_EVENT || type == YAML_STREAM_END_EVENT)
			yaml_event_delete(&event);
		else if (!yaml_emitter_emit(to, &event))
			fail("cannot emit", file);
	}
	yaml_parser_delete(&from);
}

static void copy_file(yaml_emitter_t *to, const char *file)
{
	FILE *in = fopen(file, "rb");

	if (!in)
		fail("cannot read", file);
	copy(to, in, file);
	fclose(in);
}

static void copy_all(yaml_emitter_t *to, FILE *list)
{
	char line[4096];

	while (fgets(line, sizeof line, list)) {
		line[strcspn(line, "\n")] = '\0';
		copy_file(to, line);
	}
}

int main(int argc, char **argv)
{
	FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
	yaml_emitter_t to;
	yaml_event_t event;

	if (!list)
		fail("cannot read", argc == 2 ? argv[1] : "a list: one is needed");
	if (!yaml_emitter_initialize(&to) ||
		!yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING))
		fail("no memory for", "the emitter");
	yaml_emitter_set_output_file(&to, stdout);
	yaml_emitter_set_unicode(&to, 1);
	if (!yaml_emitter_emit(&to, &event))
		fail("cannot emit", "the start");
	copy_all(&to, list);
	if (!yaml_stream_end_event_initialize(&event) || !yaml_emitter_emit(&to, &event))
		fail("cannot emit", "the end");
	yaml_emitter_delete(&to);
	fclose(list);
	return fflush(stdout) || ferror(stdout);
}
