<?php
/**
 * The places beside the button: what readers call them, and where a link leads.
 *
 * It is the server's own table (GET /v1/server), written down here so that the links work while the server does not.
 *
 * @package Buttond_Sharing_Bar
 */

defined( 'ABSPATH' ) || exit;

return array(
	'mastodon'   => array(
		'name'    => 'Mastodon',
		'address' => 'https://{server}/share?text={text}%20{url}',
	),
	'bluesky'    => array(
		'name'    => 'Bluesky',
		'address' => 'https://bsky.app/intent/compose?text={text}%20{url}',
	),
	'x'          => array(
		'name'    => 'X',
		'address' => 'https://x.com/intent/post?text={text}&url={url}&via={via}',
	),
	'linkedin'   => array(
		'name'    => 'LinkedIn',
		'address' => 'https://www.linkedin.com/sharing/share-offsite/?url={url}',
	),
	'facebook'   => array(
		'name'    => 'Facebook',
		'address' => 'https://www.facebook.com/sharer/sharer.php?u={url}',
	),
	'reddit'     => array(
		'name'    => 'Reddit',
		'address' => 'https://www.reddit.com/submit?url={url}&title={text}',
	),
	'hackernews' => array(
		'name'    => 'Hacker News',
		'address' => 'https://news.ycombinator.com/submitlink?u={url}&t={text}',
	),
	'whatsapp'   => array(
		'name'    => 'WhatsApp',
		'address' => 'https://wa.me/?text={text}%20{url}',
	),
	'telegram'   => array(
		'name'    => 'Telegram',
		'address' => 'https://t.me/share/url?url={url}&text={text}',
	),
	'email'      => array(
		'name'    => 'E-mail',
		'address' => 'mailto:?subject={text}&body={url}',
	),
);
