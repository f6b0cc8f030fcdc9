"""120 posts in the shape of real ones: title, content, and what else wp_insert_post takes."""

WORDS = "The oven was cold, the flour was old, and still the bread came out well. "
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
IMAGE = "/wp-includes/images/w-logo-blue.png"


def block(name, inner="", attributes=""):
    head = f"{name} {attributes}".strip()
    return f"<!-- wp:{head} -->\n{inner}\n<!-- /wp:{name} -->" if inner else f"<!-- wp:{head} /-->"


def paragraph(words=WORDS):
    return block("paragraph", f"<p>{words}</p>")


def figure(classes="wp-block-image", caption="A loaf"):
    return f'<figure class="{classes}"><img src="{IMAGE}" alt="A loaf"/><figcaption class="wp-element-caption">{caption}</figcaption></figure>'


def column(inner):
    return block("column", f'<div class="wp-block-column">{inner}</div>')


def columns(*inner):
    return block("columns", f'<div class="wp-block-columns">{"".join(map(column, inner))}</div>')


def group(inner, attributes='{"layout":{"type":"constrained"}}'):
    return block("group", f'<div class="wp-block-group">{inner}</div>', attributes)


GALLERY = block(
    "gallery",
    '<figure class="wp-block-gallery has-nested-images columns-default is-cropped">'
    + "".join(block("image", figure()) for _ in range(3))
    + "</figure>",
    '{"linkTo":"none"}',
)
TABLE = (
    '<figure class="wp-block-table"><table><thead><tr><th>Flour</th><th>Water</th></tr></thead><tbody>'
    + "".join(f"<tr><td>{n} g</td><td>{n} ml</td></tr>" for n in range(5))
    + "</tbody></table></figure>"
)

# Core's blocks whose HTML stands in the post.
STATIC = {
    "paragraph": paragraph(),
    "heading": block("heading", '<h2 class="wp-block-heading">Flour</h2>') + paragraph(),
    "list": block("list", '<ul>' + block("list-item", "<li>Flour</li>") + block("list-item", "<li>Water</li>") + "</ul>"),
    "quote": block("quote", f'<blockquote class="wp-block-quote">{paragraph()}<cite>A baker</cite></blockquote>'),
    "pullquote": block("pullquote", '<figure class="wp-block-pullquote"><blockquote><p>Bread!</p><cite>A baker</cite></blockquote></figure>'),
    "code": block("code", '<pre class="wp-block-code"><code>if (a &lt; b) &amp;&amp; c</code></pre>'),
    "preformatted": block("preformatted", '<pre class="wp-block-preformatted">a\n  b\n    c</pre>'),
    "verse": block("verse", '<pre class="wp-block-verse">Bread\nis\nlife</pre>'),
    "table": block("table", TABLE),
    "image": block("image", figure()),
    "gallery": GALLERY,
    "audio": block("audio", '<figure class="wp-block-audio"><audio controls src="/a.mp3"></audio></figure>'),
    "video": block("video", '<figure class="wp-block-video"><video controls src="/a.mp4"></video></figure>'),
    "file": block("file", '<div class="wp-block-file"><a href="/a.pdf">A recipe</a><a href="/a.pdf" class="wp-block-file__button" download>Download</a></div>'),
    "cover": block("cover", f'<div class="wp-block-cover"><span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span><div class="wp-block-cover__inner-container">{paragraph()}</div></div>'),
    "media-text": block("media-text", f'<div class="wp-block-media-text is-stacked-on-mobile"><figure class="wp-block-media-text__media"><img src="{IMAGE}" alt=""/></figure><div class="wp-block-media-text__content">{paragraph()}</div></div>'),
    "buttons": block("buttons", '<div class="wp-block-buttons">' + block("button", '<div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/">Bake</a></div>') + "</div>"),
    "columns": columns(paragraph(), paragraph()),
    "group": group(paragraph()),
    "row": group(paragraph() + paragraph(), '{"layout":{"type":"flex","flexWrap":"nowrap"}}'),
    "stack": group(paragraph() + paragraph(), '{"layout":{"type":"flex","orientation":"vertical"}}'),
    "grid": group(paragraph() + paragraph(), '{"layout":{"type":"grid"}}'),
    "separator": block("separator", '<hr class="wp-block-separator has-alpha-channel-opacity"/>'),
    "spacer": block("spacer", '<div style="height:100px" aria-hidden="true" class="wp-block-spacer"></div>'),
    "details": block("details", f'<details class="wp-block-details"><summary>More</summary>{paragraph()}</details>'),
    "html": block("html", '<div><p>By hand <b>bold</b></p></div>'),
    "freeform": "<p>No block at all</p>\n<p>and a second paragraph</p>",
    "more": paragraph() + block("more", "<!--more-->") + paragraph(),
    "nextpage": paragraph("One. " * 60) + block("nextpage", "<!--nextpage-->") + paragraph("Two. " * 60),
    "shortcode": block("shortcode", "[gallery ids='']"),
    "missing": block("some-plugin/gone", "<p>Of a plugin that is gone</p>"),
    "embed": block("embed", '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\nhttps://video.example/watch\n</div></figure>', '{"url":"https://video.example/watch","type":"video"}'),
    "social-links": block("social-links", '<ul class="wp-block-social-links">' + block("social-link", "", '{"url":"https://a.example/","service":"chain"}') + "</ul>"),
    "footnotes": paragraph('Bread<sup data-fn="x1" class="fn"><a href="#x1" id="x1-link">1</a></sup>.') + block("footnotes"),
}  # fmt: skip

# Core's blocks that PHP draws.
DYNAMIC = (
    "archives calendar categories latest-comments latest-posts loginout page-list rss search tag-cloud site-title "
    "site-tagline site-logo post-title post-date post-author post-author-name post-excerpt post-featured-image "
    "post-terms post-navigation-link post-comments-form comments query-title term-description read-more avatar "
    "post-author-biography navigation"
).split()

OLD = {
    "buffer link": '<p><a href="http://bufferapp.com/add" class="buffer-add-button" data-count="horizontal">Buffer</a><script type="text/javascript" src="http://static.bufferapp.com/js/button.js"></script></p>',
    "digg digg": "<div class='dd_post_share'><div class='dd_buttons'><div class='dd_button'><a href='http://bufferapp.com/add' class='buffer-add-button' data-url='http://blog.example/' data-count='vertical'></a></div></div></div>",
    "dead counters": '<p>Words.</p><script src="http://widgets.digg.com/buttons.js"></script>',
}  # fmt: skip

OTHER = {
    "classic": {"post_content": "First line.\n\nSecond <em>line</em>\nwith a break.\n\n<!--more-->\n\nThird."},
    "classic list": {"post_content": "<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\nAnd words."},
    "classic table": {"post_content": "<table><tr><td>1</td><td>2</td></tr></table>"},
    "classic image": {"post_content": f'<a href="/"><img class="alignleft" src="{IMAGE}" alt=""></a>Words beside it.'},
    "classic unclosed": {"post_content": "<div><p>Nobody closed the box that this stands in."},
    "classic stray end": {"post_content": "Words.</div></p>"},
    "classic script": {"post_content": "<script>document.title = 'a';</script>\n\nWords."},
    "classic comment": {"post_content": "Words. <!-- a comment about <div class=\"buttond-bar\"> -->"},
    "deep columns": {"post_content": columns(columns(paragraph(), columns(paragraph(), paragraph())), paragraph())},
    "deep groups": {"post_content": group(group(group(group(paragraph()))))},
    "columns in a cover": {"post_content": group(columns(paragraph(), GALLERY) + TABLE)},
    "wide": {"post_content": block("image", figure("wp-block-image alignwide"), '{"align":"wide"}')},
    "full": {"post_content": block("image", figure("wp-block-image alignfull"), '{"align":"full"}')},
    "floated": {"post_content": block("image", figure("wp-block-image alignleft"), '{"align":"left"}') + paragraph("Short.")},
    "long words": {"post_title": LONG, "post_content": paragraph(LONG * 5)},
    "long title": {"post_title": "Bread " * 60, "post_content": paragraph()},
    "no title": {"post_title": "", "post_content": paragraph()},
    "no content": {"post_content": ""},
    "neither": {"post_title": "", "post_content": "", "post_excerpt": "Only an excerpt."},
    "only blanks": {"post_content": "  \n\n  "},
    "markup in the title": {"post_title": "<em>Bread</em> &amp; <b>butter</b> \"now\" 'here'"},
    "script in the title": {"post_title": "<script>alert(1)</script>Bread"},
    "entities": {"post_title": "A &lt; B &#8212; C &hellip;", "post_content": paragraph("1 &lt; 2 &amp;&amp; 3 &gt; 2")},
    "percent": {"post_title": "100% of %s and %1$d, {url} {text}", "post_content": paragraph("50%s off")},
    "dollars": {"post_title": "$1 and \\1 and ${x}", "post_content": paragraph("$0 \\0 $9.99")},
    "backslashes": {"post_title": "C:\\new\\table", "post_content": paragraph("a\\nb \\\\ c")},
    "emoji": {"post_title": "Bread 🍞🥖 👩‍🍳", "post_content": paragraph("🍞" * 40), "post_name": "emoji-🍞"},
    "arabic": {"post_title": "خبز بلا فرن", "post_content": paragraph("الخبز حياة. " * 20), "post_name": "خبز"},
    "hebrew": {"post_title": "לחם", "post_content": block("paragraph", '<p dir="rtl">לחם וחמאה</p>')},
    "japanese": {"post_title": "パンの焼き方", "post_content": paragraph("パンを焼く。" * 30)},
    "combining": {"post_title": "Z̸a̷l̶g̵o̴", "post_content": paragraph("e\u0301" * 50)},
    "password": {"post_password": "secret", "post_content": paragraph()},
    "sticky": {"post_content": paragraph()},
    "with excerpt": {"post_excerpt": "An excerpt by hand.", "post_content": paragraph()},
    "paged": {"post_content": "One.<!--nextpage-->Two.<!--nextpage-->Three."},
    "paged blocks": {"post_content": (paragraph() + block("nextpage", "<!--nextpage-->")) * 3 + paragraph()},
    "a block of ours": {"post_content": paragraph() + block("buttond/sharing-bar") + paragraph()},
    "a shortcode of ours": {"post_content": "Words.\n\n[buttond]\n\nWords."},
    "our shortcode in a line": {"post_content": "Words [buttond] words."},
    "our shortcode, escaped": {"post_content": "Write [[buttond]] for a bar."},
    "our shortcode with attributes": {"post_content": "[buttond style='vertical' size='large' label='Pass on']"},
    "off": {"post_content": paragraph(), "meta_input": {"_buttond_sharing_bar_off": "1"}},
    "off by jetpack": {"post_content": paragraph(), "meta_input": {"sharing_disabled": "1"}},
    "off by shared counts": {"post_content": paragraph(), "meta_input": {"shared_counts_exclude": "1"}},
    "off by shariff": {"post_content": paragraph(), "meta_input": {"shariff_metabox_disable": "1"}},
    "off by scriptless": {"post_content": paragraph(), "meta_input": {"_scriptlesssocialsharing_disable": "1"}},
    "old slug": {"post_content": paragraph(), "post_name": "x" * 180},
    "embed by address": {"post_content": "https://video.example/watch?v=1\n\nWords."},
    "caption": {"post_content": f'[caption id="" align="alignright" width="80"]<img src="{IMAGE}" width="80" height="80" alt=""> A loaf[/caption]\nWords.'},
    "nested shortcodes": {"post_content": "[unknown][gallery][/unknown] [audio src='/a.mp3'] [video src='/a.mp4']"},
    "pre": {"post_content": "<pre>\n[buttond-not-ours]\n  &lt;div&gt;\n</pre>"},
    "form": {"post_content": "<form action='/'><input name='a'><button>Go</button></form>"},
    "frame": {"post_content": "<iframe src='about:blank' width='300' height='100' title='A frame'></iframe>"},
    "svg": {"post_content": "<svg width='20' height='20'><rect width='20' height='20'/></svg><math><mi>x</mi></math>"},
}  # fmt: skip

NO_BAR = {"password", "off", "off by jetpack", "off by shared counts", "off by shariff", "off by scriptless"}


def posts():
    """{name: fields} of all of them."""
    made = {f"block {name}": {"post_content": text} for name, text in STATIC.items()}
    made |= {f"block {name}": {"post_content": paragraph() + block(name)} for name in DYNAMIC}
    made |= {f"old {name}": {"post_content": text} for name, text in OLD.items()}
    made |= OTHER
    for number in range(120 - len(made)):  # the rest is what most posts are
        made[f"plain {number}"] = {"post_content": "".join(paragraph(WORDS * (n + 1)) for n in range(number % 4 + 1))}
    return {name: {"post_title": name.capitalize(), **fields} for name, fields in made.items()}
