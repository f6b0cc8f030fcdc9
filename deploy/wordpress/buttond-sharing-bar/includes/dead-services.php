<?php
/**
 * Share services that are gone, and what they told bloggers to paste into their posts, as Dead_Embeds reads it.
 *
 * `ended`: the year, or `why` else. `hints`: words for the database to look for. `scripts`: addresses without scheme, up to "?" or "#". `settings`: statements
 * without blanks, with single quotes. `elements`: what the script filled: name, class, what else its tag has, its content.
 * `unless`: where the post has this, the script does something that still works. (Sharebar and Digg Digg drew their bars
 * from PHP and left nothing in posts.)
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

return array(
	'addthis'     => array(
		'name'     => 'AddThis',
		'ended'    => 2023,
		'hints'    => array( 'addthis' ),
		'scripts'  => array( '(?:s[79]|cache|www)\.addthis\.com/js/[\w./-]+' ),
		'settings' => array( '(?:var)?addthis_(?:config|share|pub|options|product|brand|localize|caption_share|url|title|offset_top|offset_left|hover_delay|exclude|language)={value}' ),
		'elements' => array(
			array( 'div', 'addthis_toolbox', '', 'toolbox' ),
			array( 'div', 'addthis_(?:sharing|native|inline_share|inline_follow|horizontal_follow|vertical_follow|responsive_sharing)_toolbox(?:_\w+)?', '', 'nothing' ),
			array( 'a', 'addthis_(?:button|counter)(?:_\w+)?', '', 'nothing' ),
			array( 'a', 'addthis_button(?:_\w+)?', '\bhref\s*=\s*["\'](?:https?:)?//(?:www\.)?addthis\.com/bookmark\.php', 'label' ),
		),
	),
	'sharethis'   => array(
		'name'     => 'ShareThis',
		'why'      => __( 'its first buttons; those of today are left alone', 'buttond-sharing-bar' ),
		'hints'    => array( 'sharethis.com/', 'stLight', 'switchTo5x', 'displayText' ),
		'scripts'  => array( '(?:w|ws|wd)\.sharethis\.com/(?:button|widget)/[\w./-]*', 's\.sharethis\.com/loader\.js' ),
		'settings' => array( '(?:var)?switchTo5x=(?:true|false)', 'stLight\.options\({value}\)', '(?:var)?st_type={value}' ),
		'elements' => array(
			array( 'span', 'st_[a-z0-9]+(?:_(?:large|hcount|vcount|button|custom))?', '\s(?:displayText|st_url|st_title|st_via)\s*=', 'nothing' ),
		),
	),
	'googleplus'  => array(
		'name'     => 'Google+',
		'ended'    => 2019,
		'hints'    => array( 'plusone', 'g-plus', 'g:plus' ),
		'scripts'  => array( 'apis\.google\.com/js/plusone\.js' ),
		'settings' => array( 'window\.___gcfg={value}', 'gapi\.plusone\.go\(\)' ),
		'elements' => array(
			array( 'g:plusone', '', '', 'nothing' ),
			array( 'div|span', 'g-plusone', '', 'nothing' ),
			array( 'div|span', 'g-plus', '\bdata-action\s*=\s*["\']?share\b', 'nothing' ),
		),
		'unless'   => '\bg-(?:ytsubscribe|savetodrive|signin|hangout|follow)|\bgapi\.(?!plusone)',
	),
	'stumbleupon' => array(
		'name'     => 'StumbleUpon',
		'ended'    => 2018,
		'hints'    => array( 'stumbleupon.com/', 'su:badge' ),
		'scripts'  => array( 'platform\.stumbleupon\.com/\d/widgets\.js', '(?:www\.)?stumbleupon\.com/hostedbadge\.php' ),
		'elements' => array( array( 'su:badge', '', '', 'nothing' ) ),
	),
	'delicious'   => array(
		'name'    => 'Delicious',
		'ended'   => 2017,
		'hints'   => array( 'static.delicious.com/' ),
		'scripts' => array( 'static\.delicious\.com/js/blogbadge\.js' ),
	),
	'topsy'       => array(
		'name'    => 'Topsy',
		'ended'   => 2015,
		'hints'   => array( 'cdn.topsy.com/' ),
		'scripts' => array( 'cdn\.topsy\.com/(?:topsy|button)\.js' ),
	),
	'tweetmeme'   => array(
		'name'     => 'TweetMeme',
		'ended'    => 2012,
		'hints'    => array( 'tweetmeme' ),
		'scripts'  => array( '(?:www\.)?tweetmeme\.com/i/scripts/button\.js' ),
		'settings' => array( '(?:var)?tweetmeme_(?:url|style|source|service|service_api|alias|hashtags)={value}' ),
	),
	'digg'        => array(
		'name'     => 'Digg',
		'ended'    => 2012,
		'hints'    => array( 'widgets.digg.com/', 'digg.com/tools/', 'DiggThisButton' ),
		'scripts'  => array( 'widgets\.digg\.com/buttons\.js', '(?:www\.)?digg\.com/tools/diggthis\.js' ),
		'settings' => array( '(?:var)?digg_(?:url|title|bodytext|skin|media|topic|bgcolor|window)={value}' ),
		'elements' => array( array( 'a', 'DiggThisButton', '', 'nothing' ) ),
	),
	'buzz'        => array(
		'name'     => 'Google Buzz',
		'ended'    => 2011,
		'hints'    => array( 'google.com/buzz/', 'google-buzz-button' ),
		'scripts'  => array( 'www\.google\.com/buzz/api/button\.js' ),
		'elements' => array( array( 'a', 'google-buzz-button', '', 'nothing' ) ),
	),
	'yahoobuzz'   => array(
		'name'    => 'Yahoo! Buzz',
		'ended'   => 2011,
		'hints'   => array( 'd.yimg.com/ds/' ),
		'scripts' => array( 'd\.yimg\.com/ds/badge2?\.js' ),
	),
	'fbshare'     => array(
		'name'    => 'Facebook Share',
		'why'     => __( 'its first script; the link beside it stays', 'buttond-sharing-bar' ),
		'hints'   => array( 'js/FB.Share' ),
		'scripts' => array( 'static\.ak\.fbcdn\.net/connect\.php/js/FB\.Share' ),
	),
	'buffer'      => array(
		'name'    => 'Buffer',
		'why'     => __( 'its script; the link beside it stays, and is shown as a button of this plugin', 'buttond-sharing-bar' ),
		'hints'   => array( 'static.bufferapp.com/', 'static.buffer.com/', 'd389zggrogs7qo.cloudfront.net/' ),
		'scripts' => array( '(?:static\.buffer(?:app)?\.com|d389zggrogs7qo\.cloudfront\.net)/js/button\.js' ),
	),
);
