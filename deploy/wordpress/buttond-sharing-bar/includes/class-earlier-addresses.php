<?php
/**
 * The addresses that a post had before.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;
use WP_Post;

defined( 'ABSPATH' ) || exit;

/**
 * Out of what WordPress remembers of a post (old slugs and dates), and of what only the admin knows: an earlier permalink
 * structure, an earlier address of the blog.
 */
final class Earlier_Addresses {

	/**
	 * What a permalink structure is made of.
	 */
	const TAGS = array( 'year', 'monthnum', 'day', 'hour', 'minute', 'second', 'postname', 'post_id', 'category', 'author' );

	/**
	 * The earlier structure: '' for none, '?' for plain addresses.
	 *
	 * @var string
	 */
	private $structure;

	/**
	 * The earlier address of the blog, without a slash at its end; '' for none.
	 *
	 * @var string
	 */
	private $home;

	/**
	 * Takes what parse_structure() and parse_home() returned.
	 *
	 * @param string $structure The earlier structure.
	 * @param string $home      The earlier address.
	 */
	public function __construct( $structure, $home ) {
		$this->structure = $structure;
		$this->home      = $home;
	}

	/**
	 * Reads a permalink structure.
	 *
	 * @param string $typed As typed.
	 * @return string|WP_Error The structure, '?' for plain addresses, '' for none; the error's message says what is wrong.
	 */
	public static function parse_structure( $typed ) {
		$typed = trim( $typed );
		if ( '' === $typed ) {
			return '';
		}
		if ( preg_match( '~^/?(?:index\.php)?\?p=(?:%post_id%|\d+)$~D', $typed ) ) {
			return '?';
		}
		preg_match_all( '/%([^%\/]*)%/', $typed, $tags );
		$unknown = array_diff( $tags[1], self::TAGS );
		if ( $unknown ) {
			/* translators: %s: a word between percent signs, such as %title%. */
			return new WP_Error( 'structure', sprintf( __( 'WordPress has no %s; see Settings, Permalinks.', 'buttond-sharing-bar' ), '%' . reset( $unknown ) . '%' ) );
		}
		if ( ! array_intersect( $tags[1], array( 'postname', 'post_id' ) ) ) {
			/* translators: %1$s and %2$s: words between percent signs that must not be translated. */
			return new WP_Error( 'structure', sprintf( __( 'A structure names each post, by %1$s or %2$s.', 'buttond-sharing-bar' ), '%postname%', '%post_id%' ) );
		}
		if ( preg_match( '~[?#\s"<>\\\\]|://~', $typed ) ) {
			return new WP_Error( 'structure', __( 'Only the path is wanted here, as under Settings, Permalinks.', 'buttond-sharing-bar' ) );
		}
		return '/' . ltrim( $typed, '/' );
	}

	/**
	 * Reads an earlier address of the blog.
	 *
	 * @param string $typed As typed.
	 * @return string|WP_Error The address without a slash at its end, '' for none; the error's message says what is wrong.
	 */
	public static function parse_home( $typed ) {
		$typed = trim( $typed );
		if ( '' === $typed ) {
			return '';
		}
		$parts = wp_parse_url( $typed );
		if ( ! isset( $parts['scheme'], $parts['host'] ) || ! in_array( strtolower( $parts['scheme'] ), array( 'http', 'https' ), true )
			|| isset( $parts['user'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) || esc_url_raw( $typed ) !== $typed ) {
			return new WP_Error( 'home', __( 'This is no address of a blog, such as https://example.com/blog.', 'buttond-sharing-bar' ) );
		}
		return untrailingslashit( $typed );
	}

	/**
	 * The addresses that a post had, but for the one that it has.
	 *
	 * @param WP_Post $post  The post.
	 * @param string  $today The link of the post.
	 * @return string[] By what a server takes for one link.
	 */
	public function of( WP_Post $post, $today ) {
		$found = array();
		foreach ( $this->versions( $post ) as $version ) {
			foreach ( $this->links( $version ) as $link ) {
				$link = Button::link( $link );
				$key  = self::key( $link );
				if ( '' !== $link && strlen( $link ) <= Public_Posts::LONGEST_LINK && self::key( $today ) !== $key ) {
					$found += array( $key => $link );
				}
			}
		}
		return $found;
	}

	/**
	 * What makes two addresses one link for a server.
	 *
	 * @param string $link An address.
	 * @return string
	 */
	public static function key( $link ) {
		return strtolower( untrailingslashit( preg_replace( '~^https?://(?:www\.)?~i', '', $link ) ) );
	}

	/**
	 * The post as it is, and as it was under its old slugs and dates.
	 *
	 * @param WP_Post $post The post.
	 * @return WP_Post[]
	 */
	private function versions( WP_Post $post ) {
		$slugs    = array_merge( array( $post->post_name ), self::meta( $post, '_wp_old_slug', '/^[^\/?#\s]+$/D' ) );
		$days     = array_merge( array( substr( $post->post_date, 0, 10 ) ), self::meta( $post, '_wp_old_date', '/^\d{4}-\d\d-\d\d$/D' ) );
		$versions = array();
		foreach ( $slugs as $slug ) {
			foreach ( $days as $day ) {
				$version            = clone $post;
				$version->filter    = 'raw'; // Else get_permalink() reads the post anew.
				$version->post_name = $slug;
				$version->post_date = $day . substr( $post->post_date, 10 );
				$versions[]         = $version;
			}
		}
		return $versions;
	}

	/**
	 * The addresses of a version of a post, under each structure and each address of the blog.
	 *
	 * @param WP_Post $version A version.
	 * @return string[]
	 */
	private function links( WP_Post $version ) {
		$links = array( (string) get_permalink( $version ) );
		if ( '?' === $this->structure ) {
			$links[] = home_url( ( 'page' === $version->post_type ? '/?page_id=' : '/?p=' ) . $version->ID );
		} elseif ( '' !== $this->structure && 'post' === $version->post_type ) {
			add_filter( 'pre_option_permalink_structure', array( $this, 'structure' ) );
			$links[] = (string) get_permalink( $version );
			remove_filter( 'pre_option_permalink_structure', array( $this, 'structure' ) );
		}
		if ( '' !== $this->home ) {
			$home = untrailingslashit( home_url() );
			foreach ( $links as $link ) {
				if ( 0 === strpos( $link, $home . '/' ) ) {
					$links[] = $this->home . substr( $link, strlen( $home ) );
				}
			}
		}
		return $links;
	}

	/**
	 * The earlier structure, in place of the option.
	 *
	 * @return string
	 */
	public function structure() {
		return $this->structure;
	}

	/**
	 * What WordPress remembers of a post, without what is no such thing.
	 *
	 * @param WP_Post $post    The post.
	 * @param string  $key     Its meta key.
	 * @param string  $pattern A regular expression.
	 * @return string[]
	 */
	private static function meta( WP_Post $post, $key, $pattern ) {
		return array_unique( preg_grep( $pattern, array_filter( (array) get_post_meta( $post->ID, $key ), 'is_string' ) ) );
	}
}
