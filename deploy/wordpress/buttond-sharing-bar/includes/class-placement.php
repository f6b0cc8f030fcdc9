<?php
/**
 * Where a bar stands by itself.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Puts bars around the content of the page's own posts, and asks the database for nothing that WordPress has not loaded.
 */
final class Placement {

	/**
	 * Hooks in, behind what other plugins do to a content.
	 */
	public static function hooks() {
		add_filter( 'the_content', array( __CLASS__, 'add_to_content' ), 99 );
		add_action( 'wp_enqueue_scripts', array( __CLASS__, 'enqueue_early' ) );
	}

	/**
	 * Whether everybody may read a post now, and its link leads to it.
	 *
	 * @param WP_Post $post The post.
	 * @return bool
	 */
	public static function is_public( WP_Post $post ) {
		return '' === $post->post_password && 'publish' === get_post_status( $post ) && ! is_preview();
	}

	/**
	 * Whether a post may have a bar, wherever and by whomever it is asked for.
	 *
	 * @param WP_Post $post The post.
	 * @param bool    $show What the blog's settings and the post's marks say.
	 * @return bool
	 */
	public static function may_be_shared( WP_Post $post, $show = true ) {
		if ( ! self::is_public( $post ) || self::is_elsewhere() || is_404() ) {
			return false;
		}

		/**
		 * Whether a post has a bar. What is not public has none anyway.
		 *
		 * @param bool $show    True where somebody placed it; else what the settings and the post's marks say.
		 * @param int  $post_id The post.
		 */
		return (bool) apply_filters( 'buttond_sharing_bar_show', $show, $post->ID );
	}

	/**
	 * Whether the bar of a post comes by itself: on a page of its type or in an archive, without a mark against it, and
	 * without a bar that its author or its template placed.
	 *
	 * @param WP_Post $post The post.
	 * @return bool
	 */
	public static function is_due( WP_Post $post ) {
		$settings = Settings::get();
		if ( '' === $settings['server'] || ! $settings['positions'] || is_search() || self::is_placed( $post ) ) {
			return false;
		}
		return self::may_be_shared( $post, in_array( $post->post_type, $settings['post_types'], true ) && ! Off_Mark::is_on( $post->ID ) );
	}

	/**
	 * Adds the bars that are due to a content. On the page of one post these are all positions; in an archive, whose posts
	 * show all that they have, those above and below.
	 *
	 * @param string $content HTML.
	 * @return string
	 */
	public static function add_to_content( $content ) {
		$post = get_post();
		if ( ! is_string( $content ) || ! $post || ! in_the_loop() || ! self::is_of_page( $post )
			|| self::has_bar( $content ) || ! self::is_due( $post ) ) {
			return $content;
		}
		$settings = Settings::get();
		$has      = static function ( $position ) use ( $settings ) {
			return in_array( $position, $settings['positions'], true );
		};

		$above = $has( 'above' ) ? Bar::for_post( $post->ID, array( 'position' => 'above' ) ) : '';
		$below = $has( 'below' ) ? Bar::for_post( $post->ID, array( 'position' => 'below' ) ) : '';
		if ( is_singular() && $has( 'floating' ) ) {
			$below .= Bar::for_post( $post->ID, array( 'position' => self::is_wide( $content, $settings['side'] ) ? 'bottom' : 'floating' ) );
		} elseif ( is_singular() && $has( 'bottom' ) ) {
			$below .= Bar::for_post( $post->ID, array( 'position' => 'bottom' ) );
		}
		return $above . $content . $below;
	}

	/**
	 * Puts the style sheet into the head of a page that will have a bar, so that nothing is drawn without it. A block
	 * theme has drawn its posts by then.
	 */
	public static function enqueue_early() {
		$post = is_singular() ? get_queried_object() : null;
		if ( $post instanceof WP_Post && ! wp_is_block_theme() && ( self::is_due( $post ) || ( self::is_placed( $post ) && self::may_be_shared( $post ) ) ) ) {
			Bar::request_assets();
		}
	}

	/**
	 * Whether a post is of the page's own query: what is shown on the page of a post is that post, not what it lists.
	 *
	 * @param WP_Post $post The post.
	 * @return bool
	 */
	private static function is_of_page( WP_Post $post ) {
		if ( is_singular() ) {
			return get_queried_object_id() === $post->ID;
		}
		return is_main_query() && in_array( $post->ID, wp_list_pluck( (array) $GLOBALS['wp_the_query']->posts, 'ID' ), true );
	}

	/**
	 * Whether something in a content may reach out of the column of its text, and come to lie under a bar beside it. Then
	 * the bar stays at the bottom.
	 *
	 * @param string $content HTML.
	 * @param string $side    `start`, or `end`, where also what is too wide for the column sticks out.
	 * @return bool
	 */
	private static function is_wide( $content, $side ) {
		// Pictures of the classic editor stand in a paragraph, which keeps them in the column.
		$blocks = has_blocks() ? $content : preg_replace( '/<img\b[^>]*>/i', '', $content );
		if ( preg_match( '/<[^>]*\b(?:align(?:wide|full|left|right)|is-style-wide)\b/i', $blocks ) ) {
			return true;
		}
		// A table by itself, not in a block, which lets it scroll, is as wide as its words, to both sides.
		if ( preg_match( '/<figure\b[^>]*\bwp-block-table\b[^>]*>\s*<table\b(*SKIP)(*FAIL)|<table\b/i', $content ) ) {
			return true;
		}
		return 'end' === $side && ( preg_match( '/<(?:pre|iframe|object|embed|video)\b/i', $content )
			|| preg_match( '/\S{50}/', wp_strip_all_tags( $content ) ) );
	}

	/**
	 * Whether this is no page of the blog: the administration, a feed, REST, oEmbed, an excerpt, cron and what it mails.
	 *
	 * @return bool
	 */
	private static function is_elsewhere() {
		return is_admin() || is_feed() || is_embed() || wp_doing_cron() || doing_filter( 'get_the_excerpt' )
			|| ( defined( 'REST_REQUEST' ) && REST_REQUEST ) || ( defined( 'XMLRPC_REQUEST' ) && XMLRPC_REQUEST );
	}

	/**
	 * Whether the author of a post, or of its template, placed a bar.
	 *
	 * @param WP_Post $post The post.
	 * @return bool
	 */
	private static function is_placed( WP_Post $post ) {
		$template = isset( $GLOBALS['_wp_current_template_content'] ) ? (string) $GLOBALS['_wp_current_template_content'] : '';
		// [[buttond]] writes about the shortcode.
		$content = str_replace( '[[', '', $post->post_content );
		return has_block( 'buttond/sharing-bar', $content ) || has_shortcode( $content, 'buttond' )
			|| has_block( 'buttond/sharing-bar', $template );
	}

	/**
	 * Whether a content has a bar in it already, say by a synced pattern.
	 *
	 * @param string $content HTML.
	 * @return bool
	 */
	private static function has_bar( $content ) {
		return false !== strpos( $content, '"buttond-bar"' )
			&& false !== strpos( (string) preg_replace( '/<!--.*?-->/s', '', $content ), '"buttond-bar"' );
	}
}
