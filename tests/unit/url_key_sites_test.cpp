// What becomes of the URLs of real sites, case by case.

#include "common/url_key.hpp"
#include "tests/unit/url_key_cases.hpp"

#include <catch2/catch.hpp>

namespace buttond {

TEST_CASE("Blogs and newspapers", "[url_key]") {
  check({
      {"https://blog.example.com/2024/05/hello-world/", "blog.example.com/2024/05/hello-world"},
      {"http://www.blog.example.com/2024/05/hello-world", "blog.example.com/2024/05/hello-world"},
      {"https://example.com/2024/05/hello-world.html", "example.com/2024/05/hello-world.html"},
      {"https://example.com/?p=123", "example.com?p=123"},
      {"https://example.com?p=123", "example.com?p=123"},
      {"https://example.com/index.php?p=123&preview=true", "example.com/index.php?p=123&preview=true"},
      {"https://example.com/?page_id=2&lang=de", "example.com?page_id=2&lang=de"},
      {"https://example.com/?lang=de&page_id=2", "example.com?lang=de&page_id=2"},
      {"https://example.com/?s=", "example.com?s="},
      {"https://example.com/tag/c%2B%2B/", "example.com/tag/c%2B%2B"},
      {"https://example.com/tag/c++/", "example.com/tag/c++"},
      {"https://example.com/author/ann/page/2/", "example.com/author/ann/page/2"},
      {"https://example.com/a-post/#comment-17", "example.com/a-post"},
      {"https://example.com/a-post/#respond", "example.com/a-post"},
      {"https://example.com/a-post/?replytocom=17#respond", "example.com/a-post?replytocom=17"},
      {"https://example.com/a-post/amp/", "example.com/a-post/amp"},
      {"https://example.com/a-post/?amp=1", "example.com/a-post?amp=1"},
      {"https://example.com/a-post/?amp", "example.com/a-post?amp"},
      {"https://amp.example.com/a-post.amp.html", "amp.example.com/a-post.amp.html"},
      {"https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a-post/?amp=1",
       "www-example-com.cdn.ampproject.org/c/s/www.example.com/a-post?amp=1"},
      {"https://www.google.com/amp/s/www.example.com/a-post", "google.com/amp/s/www.example.com/a-post"},
      {"https://medium.com/@ann/a-story-d41d8cd98f00", "medium.com/@ann/a-story-d41d8cd98f00"},
      {"https://medium.com/%40ann/a-story-d41d8cd98f00", "medium.com/%40ann/a-story-d41d8cd98f00"},
      {"https://ann.substack.com/p/a-letter?utm_source=substack&utm_medium=email",
       "ann.substack.com/p/a-letter"},
      {"https://foo-.blogspot.com/2010/01/a.html", "foo-.blogspot.com/2010/01/a.html"},
      {"http://ann.livejournal.com/17.html?thread=3#t3", "ann.livejournal.com/17.html?thread=3"},
      {"https://www.example.co.uk/news/uk-12345678", "example.co.uk/news/uk-12345678"},
      {"https://www.lemonde.fr/article/2024/05/17/l-ete_6233_3232.html",
       "lemonde.fr/article/2024/05/17/l-ete_6233_3232.html"},
      {"https://example.com/news/story,1234,5678.html", "example.com/news/story,1234,5678.html"},
      {"https://example.com/News/Story.HTML", "example.com/News/Story.HTML"},
      {"https://example.com/story;jsessionid=1A2B?x=1", "example.com/story;jsessionid=1A2B?x=1"},
      {"https://example.com/~ann/", "example.com/~ann"},
      {"https://example.com/%7Eann/", "example.com/~ann"},
      {"https://example.com/%7eann", "example.com/~ann"},
  });
}

TEST_CASE("Feeds", "[url_key]") {
  check({
      {"http://feeds.feedburner.com/~r/example/~3/AbCdEf123/",
       "feeds.feedburner.com/~r/example/~3/AbCdEf123"},
      {"http://feedproxy.google.com/~r/example/~3/AbCdEf/?utm_source=feedburner&utm_medium=feed"
       "&utm_campaign=Feed%3A+example+%28Example%29",
       "feedproxy.google.com/~r/example/~3/AbCdEf"},
      {"https://example.com/feed/", "example.com/feed"},
      {"https://example.com/feed/?paged=2", "example.com/feed?paged=2"},
      {"https://example.com/a?utm_source=rss&utm_medium=rss&utm_campaign=a", "example.com/a"},
      {"https://example.com/a?id=1&utm_source=rss", "example.com/a?id=1"},
      {"https://example.com/a?utm_source=rss&id=1", "example.com/a?id=1"},
      {"feed://example.com/rss", errc::url_scheme},
      {"feed:https://example.com/rss", errc::url_scheme},
  });
}

TEST_CASE("Shops", "[url_key]") {
  check({
      {"https://www.amazon.com/dp/B08N5WRWNW", "amazon.com/dp/B08N5WRWNW"},
      {"https://www.amazon.com/Some-Thing/dp/B08N5WRWNW/ref=sr_1_3?keywords=a+b&qid=17&sr=8-3",
       "amazon.com/Some-Thing/dp/B08N5WRWNW/ref=sr_1_3?keywords=a+b&qid=17&sr=8-3"},
      {"https://www.amazon.de/dp/B08N5WRWNW?tag=ann-21", "amazon.de/dp/B08N5WRWNW?tag=ann-21"},
      {"https://smile.amazon.com/dp/B08N5WRWNW/", "smile.amazon.com/dp/B08N5WRWNW"},
      {"https://www.ebay.com/itm/123456789012?hash=item1:g:abc",
       "ebay.com/itm/123456789012?hash=item1:g:abc"},
      {"https://shop.example.com/p/1?variant=2&gclid=Cj0K&gad_source=1", "shop.example.com/p/1?variant=2"},
      {"https://shop.example.com/p/1?srsltid=AfmB&variant=2", "shop.example.com/p/1?variant=2"},
      {"https://shop.example.com/c?filter[color]=red&filter[size]=m",
       "shop.example.com/c?filter%5Bcolor%5D=red&filter%5Bsize%5D=m"},
      {"https://shop.example.com/c?filter%5Bcolor%5D=red&filter%5bsize%5d=m",
       "shop.example.com/c?filter%5Bcolor%5D=red&filter%5Bsize%5D=m"},
      {"https://shop.example.com/c?price=10|20", "shop.example.com/c?price=10%7C20"},
      {"https://shop.example.com/c?price=10%7c20", "shop.example.com/c?price=10%7C20"},
      {"https://shop.example.com/c?q=ann's", "shop.example.com/c?q=ann%27s"},
      {"https://shop.example.com/c?q=ann%27s", "shop.example.com/c?q=ann%27s"},
      {"https://shop.example.com/ann's", "shop.example.com/ann's"},
      {"https://shop.example.com/products/a?_pos=1&_sid=2&_ss=r",
       "shop.example.com/products/a?_pos=1&_sid=2&_ss=r"},
      {"https://shop.example.com/a?b=1&b=2&b=1", "shop.example.com/a?b=1&b=2&b=1"},
  });
}

TEST_CASE("Video, social networks, wikis, code", "[url_key]") {
  check({
      {"https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"},
      {"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s&list=PL1",
       "youtube.com/watch?v=dQw4w9WgXcQ&t=42s&list=PL1"},
      {"https://m.youtube.com/watch?v=dQw4w9WgXcQ", "m.youtube.com/watch?v=dQw4w9WgXcQ"},
      {"https://youtu.be/dQw4w9WgXcQ?si=abc", "youtu.be/dQw4w9WgXcQ?si=abc"},
      {"https://www.youtube.com/@example", "youtube.com/@example"},
      {"https://vimeo.com/12345#t=30s", "vimeo.com/12345"},
      {"https://www.instagram.com/p/AbC/?igshid=MzRl", "instagram.com/p/AbC"},
      {"https://www.instagram.com/reel/AbC/?igsh=MzRl", "instagram.com/reel/AbC"},
      {"https://www.facebook.com/permalink.php?story_fbid=1&id=2&fbclid=IwAR0",
       "facebook.com/permalink.php?story_fbid=1&id=2"},
      {"https://twitter.com/ann/status/1234567890?s=20", "twitter.com/ann/status/1234567890?s=20"},
      {"https://twitter.com/#!/ann/status/1234567890", "twitter.com/#!/ann/status/1234567890"},
      {"https://x.com/ann/status/1?twclid=2", "x.com/ann/status/1"},
      {"https://www.linkedin.com/posts/ann_a-b-activity-1-x?trk=public&li_fat_id=2",
       "linkedin.com/posts/ann_a-b-activity-1-x?trk=public"},
      {"https://www.tiktok.com/@ann/video/1?ttclid=abc", "tiktok.com/@ann/video/1"},
      {"https://mastodon.example/@ann/1", "mastodon.example/@ann/1"},
      {"https://en.wikipedia.org/wiki/C%2B%2B", "en.wikipedia.org/wiki/C%2B%2B"},
      {"https://en.wikipedia.org/wiki/Foo_(bar)", "en.wikipedia.org/wiki/Foo_(bar)"},
      {"https://en.wikipedia.org/wiki/Foo_%28bar%29", "en.wikipedia.org/wiki/Foo_%28bar%29"},
      {"https://en.wikipedia.org/wiki/Foo#History", "en.wikipedia.org/wiki/Foo"},
      {"https://de.wikipedia.org/wiki/Käse", "de.wikipedia.org/wiki/K%C3%A4se"},
      {"https://de.wikipedia.org/wiki/K%c3%a4se", "de.wikipedia.org/wiki/K%C3%A4se"},
      {"https://ja.wikipedia.org/wiki/日本語", "ja.wikipedia.org/wiki/%E6%97%A5%E6%9C%AC%E8%AA%9E"},
      {"https://he.wikipedia.org/w/index.php?title=עברית&oldid=1",
       "he.wikipedia.org/w/index.php?title=%D7%A2%D7%91%D7%A8%D7%99%D7%AA&oldid=1"},
      {"https://github.com/example/repo/blob/main/a%20b.md#L10-L20",
       "github.com/example/repo/blob/main/a%20b.md"},
      {"https://github.com/example/repo/compare/v1...v2", "github.com/example/repo/compare/v1...v2"},
      {"https://news.ycombinator.com/item?id=1", "news.ycombinator.com/item?id=1"},
      {"https://web.archive.org/web/2020/https://www.example.com/",
       "web.archive.org/web/2020/https://www.example.com"},
      {"https://t.me/s/example", "t.me/s/example"},
      {"https://example.tumblr.com/post/1/a-b-c?is_related_post=1",
       "example.tumblr.com/post/1/a-b-c?is_related_post=1"},
      {"https://docs.example.com/en/latest/?badge=latest", "docs.example.com/en/latest?badge=latest"},
  });
}

TEST_CASE("Tracking parameters, of any case and in any place", "[url_key]") {
  check({
      {"https://example.com/?utm_source=a", "example.com"},
      {"https://example.com/?UTM_Source=a&Utm_Medium=b", "example.com"},
      {"https://example.com/?utm%5Fsource=a&%75tm_medium=b", "example.com"},
      {"https://example.com/?utm_anything_at_all=1", "example.com"},
      {"https://example.com/?utm_", "example.com"},
      {"https://example.com/?utm=1", "example.com?utm=1"},
      {"https://example.com/?putm_source=1", "example.com?putm_source=1"},
      {"https://example.com/?a=utm_source", "example.com?a=utm_source"},
      {"https://example.com/?fbclid", "example.com"},
      {"https://example.com/?fbclid2=1", "example.com?fbclid2=1"},
      {"https://example.com/?fbcli=1", "example.com?fbcli=1"},
      {"https://example.com/?fbclid=1&gclid=2&gbraid=3&wbraid=4&dclid=5&msclkid=6", "example.com"},
      {"https://example.com/?mc_cid=1&mc_eid=2&_ga=3&_gl=4&yclid=5&igshid=6", "example.com"},
      {"https://example.com/?a=1&utm_source=b&c=2&fbclid=d&e=3", "example.com?a=1&c=2&e=3"},
      {"https://example.com/?hsa_acc=1&_hsenc=2&_hsmi=3&__hstc=4&hsCtaTracking=5", "example.com"},
      {"https://example.com/?oft_k=1&itm_source=2&guce_referrer=3&_branch_referrer=4&bsft_uid=5&piwik_kwd=6",
       "example.com"},
      {"https://example.com/?oft_x=1&pk_new=2&s_cid=3&cmpid=4&wt_mc=5&sms_click=6&_bhlid=7&ymid=8",
       "example.com"},
      {"https://example.com/?oft=1&oft-x=2&itm=3&s_cid2=4&at_recipient=5",
       "example.com?oft=1&oft-x=2&itm=3&s_cid2=4&at_recipient=5"},
      {"https://example.com/?__s=a1b2c3&ref=main&source=b&si=d&mc=e&var=f&s=g",
       "example.com?__s=a1b2c3&ref=main&source=b&si=d&mc=e&var=f&s=g"},
      {"https://example.com/?mtm_campaign=1&pk_campaign=2&pk_kwd=3&pk=4", "example.com?pk=4"},
      {"https://example.com/?mkt_tok=1&vero_id=2&oly_enc_id=3&ml_subscriber_hash=4", "example.com"},
      {"https://example.com/?ml_subscriber_hash_and_more=4", "example.com?ml_subscriber_hash_and_more=4"},
      {"https://example.com/?source=a&ref=b&from=c&si=d&tag=e&cid=f",
       "example.com?source=a&ref=b&from=c&si=d&tag=e&cid=f"},
      {"https://example.com/?&&a=1&&&utm_source=b&", "example.com?a=1"},
      {"https://example.com/?", "example.com"},
      {"https://example.com/?&", "example.com"},
      {"https://example.com/a/?&#", "example.com/a"},
      {"https://example.com/?=", "example.com?="},
      {"https://example.com/?a", "example.com?a"},
      {"https://example.com/?a=", "example.com?a="},
      {"https://example.com/?a=b=c", "example.com?a=b=c"},
      {"https://example.com/?a=1;b=2", "example.com?a=1;b=2"},
      {"https://example.com/?a?b=/c?d", "example.com?a?b=/c?d"},
      {"https://example.com/#utm_source=a", "example.com"},
  });
}

}  // namespace buttond
